/* Symbols of layers/style.py on Leaflet's canvas: dashes, hatching, point marks. Classic script: also inlined in hand-over maps. */
(function (global) {
  "use strict";
  const L = global.L;
  const Jiebiao = (global.Jiebiao = global.Jiebiao || {});
  const patterns = new Map();

  function hatchTile(hatch) {
    const scale = 2;
    const tile = document.createElement("canvas");
    tile.width = 8 * scale;
    tile.height = Math.max(2, Math.round(hatch.spacing * scale));
    const ctx = tile.getContext("2d");
    ctx.strokeStyle = hatch.color;
    ctx.lineWidth = hatch.width * scale;
    ctx.beginPath();
    ctx.moveTo(0, tile.height / 2);
    ctx.lineTo(tile.width, tile.height / 2);
    ctx.stroke();
    return { tile, scale };
  }

  function hatchPattern(ctx, hatch) {
    const key = [hatch.color, hatch.angle, hatch.spacing, hatch.width].join("|");
    if (!patterns.has(key)) {
      const { tile, scale } = hatchTile(hatch);
      const pattern = ctx.createPattern(tile, "repeat");
      pattern.setTransform(new DOMMatrix().rotate(-hatch.angle).scale(1 / scale));
      patterns.set(key, pattern);
    }
    return patterns.get(key);
  }

  function tracePath(ctx, shape, x, y, r) {
    ctx.beginPath();
    if (shape === "square") {
      ctx.rect(x - r, y - r, 2 * r, 2 * r);
    } else if (shape === "triangle") {
      ctx.moveTo(x, y - 1.2 * r);
      ctx.lineTo(x + 1.1 * r, y + 0.8 * r);
      ctx.lineTo(x - 1.1 * r, y + 0.8 * r);
      ctx.closePath();
    } else if (shape === "cross") {
      ctx.moveTo(x - r, y - r);
      ctx.lineTo(x + r, y + r);
      ctx.moveTo(x + r, y - r);
      ctx.lineTo(x - r, y + r);
    } else {
      ctx.arc(x, y, r, 0, Math.PI * 2);
    }
  }

  const plainFillStroke = L.Canvas.prototype._fillStroke;
  L.Canvas.include({
    _fillStroke(ctx, layer) {
      const hatch = layer.options.hatch;
      if (hatch) {
        ctx.save();
        ctx.globalAlpha = 1;
        ctx.fillStyle = hatchPattern(ctx, hatch);
        ctx.fill(layer.options.fillRule || "evenodd");
        ctx.restore();
      }
      plainFillStroke.call(this, ctx, layer);
    },
    _updateMark(layer) {
      if (!this._drawing || layer._empty()) return;
      const ctx = this._ctx, p = layer._point, r = Math.max(layer._radius, 1), shape = layer.options.shape;
      tracePath(ctx, shape, p.x, p.y, r);
      this._fillStroke(ctx, layer);
      if (shape === "double_circle") {
        ctx.beginPath();
        ctx.arc(p.x, p.y, Math.max(1, r * 0.4), 0, Math.PI * 2);
        ctx.fillStyle = layer.options.color;
        ctx.fill();
      }
    },
  });

  Jiebiao.Mark = L.CircleMarker.extend({
    _updatePath() {
      if (this._renderer._updateMark) this._renderer._updateMark(this);
      else this._renderer._updateCircle(this);
    },
  });

  /* Leaflet path options of one symbol as layers/webmap.py writes it (pixels). */
  Jiebiao.pathOptions = function (symbol) {
    const stroke = symbol.stroke || {}, fill = symbol.fill, mark = symbol.mark;
    const dash = stroke.dash || [];
    return {
      stroke: Boolean(symbol.stroke),
      color: stroke.color || "#000",
      weight: stroke.width || 0,
      opacity: stroke.opacity === undefined ? 1 : stroke.opacity,
      dashArray: dash.length ? dash.join(",") : null,
      lineCap: dash.length ? "butt" : "round",
      fill: Boolean(fill || mark || symbol.hatch),
      fillColor: mark ? mark.fill : fill ? fill.color : "#fff",
      fillOpacity: mark ? 1 : fill ? fill.opacity : 0,
      hatch: symbol.hatch || null,
      shape: mark ? mark.shape : null,
      radius: mark ? mark.size / 2 : 5,
    };
  };

  /* A small canvas that shows a symbol as it is drawn on the map: the legend. */
  Jiebiao.swatch = function (symbol, geometry) {
    const w = 34, h = 18, canvas = document.createElement("canvas"), scale = 2;
    canvas.width = w * scale;
    canvas.height = h * scale;
    canvas.style.width = w + "px";
    canvas.style.height = h + "px";
    canvas.setAttribute("aria-hidden", "true");
    const ctx = canvas.getContext("2d"), o = Jiebiao.pathOptions(symbol);
    ctx.scale(scale, scale);
    if (geometry === "point") tracePath(ctx, o.shape, w / 2, h / 2, Math.min(o.radius, 6));
    else if (geometry === "line") {
      ctx.beginPath();
      ctx.moveTo(1, h / 2);
      ctx.lineTo(w - 1, h / 2);
    } else {
      ctx.beginPath();
      ctx.rect(2, 2, w - 4, h - 4);
    }
    if (o.hatch) {
      ctx.fillStyle = hatchPattern(ctx, o.hatch);
      ctx.fill();
    }
    if (o.fill && geometry !== "line") {
      ctx.globalAlpha = o.fillOpacity;
      ctx.fillStyle = o.fillColor;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    if (o.stroke) {
      ctx.globalAlpha = o.opacity;
      ctx.setLineDash((symbol.stroke && symbol.stroke.dash) || []);
      ctx.strokeStyle = o.color;
      ctx.lineWidth = Math.min(o.weight, 6);
      ctx.stroke();
    }
    return canvas;
  };
})(window);
