/* Drawing, changing, removing and measuring: buttons with words, one act to the server per edit. */
import { areaM2, lengthM, thousands } from "./geodesy.js";

const SHAPES = { polygon: "Polygon", line: "Line", point: "CircleMarker" };
const MU_M2 = 10000 / 15;

function ringOf(latlngs) {
  let part = latlngs;
  while (Array.isArray(part[0])) part = part[0];
  return part;
}

export class Tools {
  constructor(desk) {
    this.desk = desk;
    this.map = desk.map;
    this.mode = null;
    this.drafts = [];
    this.rulers = window.L.layerGroup([], { pmIgnore: true }).addTo(this.map);
    const pm = this.map.pm;
    pm.setGlobalOptions({
      snappable: true, snapDistance: 15, allowSelfIntersection: true, continueDrawing: false,
      limitMarkersToCount: 120, finishOnEnter: true, tooltips: true, markerStyle: { draggable: false },
    });
    this.map.on("pm:create", (event) => this.created(event));
    this.map.on("pm:drawstart", (event) => this.follow(event.workingLayer));
    this.map.on("pm:drawend", () => this.endDraw());
    this.map.on("pm:remove", (event) => this.removed(event.layer));
    this.keys = (event) => event.key === "Escape" && this.mode && this.cancel();
    this.map.getContainer().addEventListener("keydown", this.keys);
  }

  busy() {
    return this.mode !== null;
  }

  update(data) {
    this.map.pm.setLang(data.lang === "en" ? "en" : "zh");
    if (data.ack !== this.ack) {
      this.drafts.forEach((layer) => layer.remove());
      this.drafts = [];
      this.ack = data.ack;
    }
    const key = JSON.stringify([data.tools, data.words, this.mode && this.mode.name]);
    if (key === this.barKey) return;
    this.barKey = key;
    this.buildBar();
  }

  /* ---- the bar ---- */
  buildBar() {
    const { tools, words } = this.desk.latest, bar = this.desk.bar;
    bar.replaceChildren();
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", words.toolbar);
    if (this.mode) return this.buildModeBar(bar, words);
    for (const spec of tools.draw || []) this.button(bar, spec.title, () => this.startDraw(spec), "jb-draw");
    if (tools.edit) this.button(bar, words.edit, () => this.startEdit());
    if (tools.remove) this.button(bar, words.remove, () => this.startRemove());
    if (tools.undo) this.button(bar, words.undo, () => this.desk.emit("undo", {}));
    if (tools.ruler) this.button(bar, words.ruler, () => this.startDraw({ kind: "line", ruler: true }));
    if (tools.ruler) this.button(bar, words.planimeter, () => this.startDraw({ kind: "polygon", ruler: true }));
    const gap = bar.appendChild(window.Jiebiao.element("span", "jb-gap"));
    gap.setAttribute("aria-hidden", "true");
    this.layersButton = this.button(bar, words.layers, () => this.desk.panel.toggle(), "jb-layers-button");
    this.layersButton.setAttribute("aria-expanded", String(Boolean(this.desk.panel && this.desk.panel.open)));
  }

  buildModeBar(bar, words) {
    bar.appendChild(window.Jiebiao.element("span", "jb-hint", words["hint_" + this.mode.name] || ""));
    if (this.mode.name !== "remove") this.button(bar, words.finish, () => this.finish(), "jb-primary");
    if (this.mode.name.startsWith("draw") && this.mode.spec.kind !== "point") this.button(bar, words.back_one, () => this.backOne());
    this.button(bar, this.mode.name === "remove" ? words.finish : words.cancel, () => this.cancel());
  }

  button(bar, title, act, className = "") {
    const node = window.Jiebiao.element("button", "jb-button " + className, title);
    node.type = "button";
    node.addEventListener("click", act);
    return bar.appendChild(node);
  }

  setMode(mode) {
    this.mode = mode;
    this.barKey = null;
    if (!mode) this.desk.live("");
    this.map.doubleClickZoom[mode ? "disable" : "enable"]();
    this.map.getContainer().classList.toggle("jb-busy", Boolean(mode));
    this.update(this.desk.latest);
  }

  /* ---- drawing ---- */
  startDraw(spec) {
    this.rulers.clearLayers();
    this.setMode({ name: "draw_" + spec.kind, spec });
    const style = spec.symbol ? window.Jiebiao.pathOptions(spec.symbol) : { color: this.desk.latest.accent, weight: 2, dashArray: "4,4" };
    const draft = { ...style, fill: spec.kind === "polygon", fillOpacity: 0.1, hatch: null };
    this.map.pm.enableDraw(SHAPES[spec.kind], {
      templineStyle: { color: style.color, weight: 2 }, hintlineStyle: { color: style.color, weight: 2, dashArray: "4,4" },
      pathOptions: draft, finishOn: spec.kind === "point" ? undefined : "dblclick",
    });
    this.map.getContainer().focus({ preventScroll: true });
  }

  follow(working) {
    if (!working || !working.getLatLngs) return;
    working.on("pm:vertexadded pm:vertexremoved", () => this.liveFigures(working, null));
    this.liveMove = (event) => this.liveFigures(working, event.latlng);
    this.map.on("mousemove", this.liveMove);
  }

  liveFigures(working, cursor) {
    if (!this.mode || !this.mode.spec) return;
    const points = ringOf(working.getLatLngs()).slice();
    if (cursor && points.length) points.push(cursor);
    this.desk.live(this.figures(points, this.mode.spec.kind === "polygon"));
  }

  figures(points, closed) {
    if (points.length < 2) return "";
    const { words, meridian } = this.desk.latest, length = lengthM(points, meridian, closed);
    const text = `${words.about} ${thousands(length, 1)} ${words.metre}`;
    if (!closed || points.length < 3) return text;
    return `${words.about} ${thousands(areaM2(points, meridian) / MU_M2, 2)} ${words.mu} · ${words.around} ${thousands(length, 1)} ${words.metre}`;
  }

  created({ layer }) {
    const spec = this.mode && this.mode.spec;
    layer.options.pmIgnore = true;
    if (!spec) return layer.remove();
    if (spec.ruler) return this.keepRuler(layer, spec);
    this.drafts.push(layer);
    this.desk.emit("edit", { edits: [{ action: "create", layer: spec.layer, id: null, geometry: this.geometry(layer) }] });
  }

  keepRuler(layer, spec) {
    const text = this.figures(ringOf(layer.getLatLngs()), spec.kind === "polygon");
    layer.remove();
    layer.addTo(this.rulers);
    window.setTimeout(() => this.desk.live(text), 0);
  }

  endDraw() {
    if (this.liveMove) this.map.off("mousemove", this.liveMove);
    this.liveMove = null;
    if (this.mode && this.mode.name.startsWith("draw")) this.setMode(null);
  }

  backOne() {
    const draw = this.map.pm.Draw[SHAPES[this.mode.spec.kind]];
    draw._removeLastVertex();
    if (draw._layer) this.liveFigures(draw._layer, null);
  }

  /* ---- changing ---- */
  watch(layerId, id, layer) {
    layer.on("pm:edit", () => this.touched(layerId, id, layer));
  }

  startEdit() {
    const chosen = (this.desk.latest.selected || []).map((s) => this.desk.layers.find(s.layer, s.id));
    const editable = this.desk.layers.editable(), some = editable.filter((layer) => chosen.includes(layer));
    this.editing = some.length ? some : editable;
    this.changed = new Map();
    this.before = new Map(this.editing.map((layer) => [layer, layer.toGeoJSON(false)]));
    this.desk.highlight.clearLayers();
    this.setMode({ name: "edit" });
    for (const layer of this.editing) layer.pm.enable({ snappable: true, snapDistance: 15, limitMarkersToCount: 120, allowSelfIntersection: true });
    if (!this.editing.length) this.desk.live(this.desk.latest.words.nothing_to_edit);
  }

  touched(layerId, id, layer) {
    this.changed.set(layer, { action: "update", layer: layerId, id });
    const flat = layer.getLatLngs ? ringOf(layer.getLatLngs()) : null;
    if (flat) this.desk.live(this.figures(flat, layer instanceof window.L.Polygon));
    if (this.desk.latest.tools.live) this.sendChanged();
  }

  sendChanged() {
    const edits = Array.from(this.changed, ([layer, edit]) => ({ ...edit, geometry: this.geometry(layer) }));
    this.changed.clear();
    if (edits.length) this.desk.emit("edit", { edits });
  }

  stopEdit() {
    for (const layer of this.editing || []) layer.pm.disable();
    this.editing = null;
    this.setMode(null);
    this.desk.select(this.desk.latest.selected || []);
  }

  /* ---- removing ---- */
  startRemove() {
    this.setMode({ name: "remove" });
    this.map.pm.enableGlobalRemovalMode();
  }

  removed(layer) {
    if (!this.mode || this.mode.name !== "remove" || !layer.feature) return;
    for (const [id, entry] of this.desk.layers.entries) {
      if (entry.byId.get(String(layer.feature.id)) !== layer) continue;
      entry.byId.delete(String(layer.feature.id));
      entry.group.removeLayer(layer);
      this.desk.emit("edit", { edits: [{ action: "remove", layer: id, id: String(layer.feature.id), geometry: null }] });
    }
  }

  /* ---- ending ---- */
  finish() {
    if (this.mode.name === "edit") {
      this.sendChanged();
      return this.stopEdit();
    }
    const draw = this.map.pm.Draw[SHAPES[this.mode.spec.kind]];
    const enough = draw._layer && draw._layer.getLatLngs && ringOf(draw._layer.getLatLngs()).length >= (this.mode.spec.kind === "polygon" ? 3 : 2);
    if (enough) draw._finishShape();
    else this.desk.live(this.desk.latest.words.more_points);
  }

  cancel() {
    if (this.mode.name === "edit") {
      for (const [layer, shape] of this.before) this.restore(layer, shape);
      return this.stopEdit();
    }
    if (this.mode.name === "remove") this.map.pm.disableGlobalRemovalMode();
    else this.map.pm.disableDraw();
    this.setMode(null);
  }

  restore(layer, shape) {
    layer.pm.disable();
    const c = shape.geometry.coordinates, depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[shape.geometry.type];
    if (depth === undefined) layer.setLatLng([c[1], c[0]]);
    else layer.setLatLngs(window.L.GeoJSON.coordsToLatLngs(c, depth));
  }

  /* Ten decimals (0.01 mm): vertices that were not touched come back exactly as they were sent. */
  geometry(layer) {
    return layer.toGeoJSON(10).geometry;
  }
}
