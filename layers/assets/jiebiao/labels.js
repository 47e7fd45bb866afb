/* Texts on the map. Every text of a user enters the page here, and only through textContent. Classic script. */
(function (global) {
  "use strict";
  const L = global.L;
  const Jiebiao = (global.Jiebiao = global.Jiebiao || {});
  const MOST = 250;

  Jiebiao.element = function (tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = String(text);
    return node;
  };

  /* The fields of a feature as a small table: [{title, value}]. */
  Jiebiao.fieldTable = function (title, rows) {
    const box = Jiebiao.element("div", "jb-tip");
    if (title) box.appendChild(Jiebiao.element("div", "jb-tip-title", title));
    for (const row of rows) {
      if (row.value === undefined || row.value === null || row.value === "") continue;
      const line = Jiebiao.element("div", "jb-tip-row");
      line.appendChild(Jiebiao.element("span", "jb-tip-name", row.title));
      line.appendChild(Jiebiao.element("span", "jb-tip-value", row.value));
      box.appendChild(line);
    }
    return box;
  };

  /* Metres on the ground of one pixel in the middle of the map, and the scale's denominator on a 96-dpi screen. */
  Jiebiao.scaleDenominator = function (map) {
    const middle = map.getSize().divideBy(2);
    const a = map.containerPointToLatLng(middle.subtract([50, 0]));
    const b = map.containerPointToLatLng(middle.add([50, 0]));
    return map.distance(a, b) / 100 / (0.0254 / 96);
  };

  function anchor(layer, map) {
    if (layer.getLatLng) return layer.getLatLng();
    const rings = layer.getLatLngs();
    if (layer instanceof L.Polygon) {
      let ring = rings;
      while (Array.isArray(ring[0])) ring = ring[0];
      return ring.length > 2 ? L.PolyUtil.polygonCenter(ring, map.options.crs) : layer.getBounds().getCenter();
    }
    let line = rings;
    while (Array.isArray(line[0])) line = line[0];
    return line[Math.floor(line.length / 2)];
  }

  /* Pixels of a label, near enough to keep labels apart: hanzi are twice as wide as letters. */
  function width(text) {
    return Array.from(String(text)).reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 14 : 8), 0);
  }

  /* Draws the labels that fit: within the view, at the scale wished, not on top of one another. */
  Jiebiao.Labels = class {
    constructor(map) {
      this.map = map;
      this.sources = new Map();
      this.group = L.layerGroup([], { pmIgnore: true }).addTo(map);
      map.on("moveend zoomend", () => this.refresh());
    }
    set(id, source) {
      this.sources.set(id, source);
    }
    remove(id) {
      this.sources.delete(id);
    }
    refresh() {
      this.group.clearLayers();
      const bounds = this.map.getBounds().pad(0.05), scale = Jiebiao.scaleDenominator(this.map), taken = [];
      let count = 0;
      for (const source of Array.from(this.sources.values()).reverse()) {
        if (!source.visible() || (source.smallestScale && scale >= source.smallestScale)) continue;
        source.group.eachLayer((layer) => {
          if (count < MOST && this.place(layer, source, bounds, taken)) count += 1;
        });
      }
    }
    place(layer, source, bounds, taken) {
      const text = source.text(layer.feature);
      if (text === undefined || text === null || text === "") return false;
      const box = layer.getBounds ? layer.getBounds() : null;
      if (box ? !box.isValid() || !bounds.intersects(box) : !bounds.contains(layer.getLatLng())) return false;
      const at = anchor(layer, this.map);
      if (!at || !bounds.contains(at)) return false;
      const isPoint = Boolean(layer.getLatLng), point = this.map.latLngToContainerPoint(at), wide = width(text);
      const left = isPoint ? point.x + 6 : point.x - wide / 2;
      const rect = [left - 3, point.y - 10, left + wide + 3, point.y + 10];
      if (taken.some((t) => rect[0] < t[2] && rect[2] > t[0] && rect[1] < t[3] && rect[3] > t[1])) return false;
      taken.push(rect);
      const html = Jiebiao.element("span", isPoint ? "jb-label jb-label-point" : "jb-label", text);
      const icon = L.divIcon({ html, className: "jb-label-box", iconSize: [0, 0] });
      L.marker(at, { icon, interactive: false, keyboard: false, pmIgnore: true, snapIgnore: true }).addTo(this.group);
      return true;
    }
  };
})(window);
