/* The layers of one map: made, renewed feature by feature (nothing flickers), fetched by address when large. */

const SAME_DEG = 2e-8;
const FIRST_PAINT = new Set();

function sameShape(a, b) {
  if (typeof a === "number") return Math.abs(a - b) <= SAME_DEG;
  return Array.isArray(b) && a.length === b.length && a.every((part, i) => sameShape(part, b[i]));
}

function sameFeature(layer, feature) {
  const drawn = layer.toGeoJSON(false).geometry;
  return drawn.type === feature.geometry.type && sameShape(drawn.coordinates, feature.geometry.coordinates);
}

export class LayerSet {
  constructor(desk) {
    this.desk = desk;
    this.entries = new Map();
    this.hidden = new Set();
    this.loading = new Set();
    desk.map.on("zoomend", () => this.showByScale());
    desk.map.on("moveend", () => this.limitSnapping());
  }

  update(specs) {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const id of Array.from(this.entries.keys())) if (!wanted.has(id)) this.drop(id);
    let changed = false;
    for (const spec of specs) changed = this.renew(spec) || changed;
    this.order = specs.map((spec) => spec.id);
    if (changed) this.arrange();
    else if (this.desk.panel) this.desk.panel.refresh();
  }

  renew(spec) {
    const entry = this.entries.get(spec.id);
    if (entry && entry.made !== this.makeKey(spec)) this.drop(spec.id);
    const current = this.entries.get(spec.id) || this.make(spec);
    current.spec = spec;
    if (current.version === spec.version) return false;
    current.version = spec.version;
    if (spec.url) this.fetch(current);
    else this.fill(current, spec.features);
    return true;
  }

  makeKey(spec) {
    return JSON.stringify([spec.symbol, spec.selectable, spec.editable, spec.snap, spec.geometry]);
  }

  make(spec) {
    const group = window.L.featureGroup([]);
    const entry = { spec, group, byId: new Map(), version: null, made: this.makeKey(spec) };
    if (!FIRST_PAINT.has(this.desk.latest.view_key + spec.id) && spec.visible === false) this.hidden.add(spec.id);
    FIRST_PAINT.add(this.desk.latest.view_key + spec.id);
    if (spec.fields.length) group.bindTooltip((layer) => this.tip(entry, layer), { sticky: true, className: "jb-tip-box", opacity: 1 });
    this.entries.set(spec.id, entry);
    if (spec.label)
      this.desk.labels.set(spec.id, {
        group, smallestScale: spec.label_smallest,
        visible: () => this.shown(spec.id), text: (feature) => feature.properties[spec.label],
      });
    return entry;
  }

  drop(id) {
    const entry = this.entries.get(id);
    entry.group.remove();
    this.desk.labels.remove(id);
    this.entries.delete(id);
  }

  tip(entry, layer) {
    const rows = entry.spec.fields.map((f) => ({ title: f.title, value: layer.feature.properties[f.name] }));
    return window.Jiebiao.fieldTable(entry.spec.title, rows);
  }

  /* ---- content ---- */
  fill(entry, features) {
    const seen = new Set();
    for (const feature of features) {
      const id = String(feature.id), old = entry.byId.get(id);
      seen.add(id);
      if (old && sameFeature(old, feature)) old.feature = feature;
      else this.replace(entry, id, feature, old);
    }
    for (const [id, layer] of Array.from(entry.byId)) {
      if (seen.has(id)) continue;
      entry.group.removeLayer(layer);
      entry.byId.delete(id);
    }
  }

  replace(entry, id, feature, old) {
    if (old) entry.group.removeLayer(old);
    const layer = this.draw(entry.spec, feature);
    layer.feature = feature;
    entry.byId.set(id, layer);
    entry.group.addLayer(layer);
    if (entry.spec.selectable) layer.on("click", (event) => this.desk.featureClick(entry.spec.id, id, event));
    if (entry.spec.editable) this.desk.tools.watch(entry.spec.id, id, layer);
  }

  draw(spec, feature) {
    const L = window.L, options = {
      ...window.Jiebiao.pathOptions(spec.symbol),
      interactive: spec.selectable || spec.fields.length > 0, bubblingMouseEvents: false,
      pmIgnore: !spec.editable, snapIgnore: !spec.snap, renderer: this.desk.renderer,
    };
    if (!spec.selectable) options.bubblingMouseEvents = true;
    const shape = feature.geometry;
    if (shape.type === "Point") return new window.Jiebiao.Mark([shape.coordinates[1], shape.coordinates[0]], options);
    if (shape.type === "MultiPoint") return L.featureGroup(shape.coordinates.map((c) => new window.Jiebiao.Mark([c[1], c[0]], options)));
    const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[shape.type];
    const latlngs = L.GeoJSON.coordsToLatLngs(shape.coordinates, depth);
    if (shape.type.endsWith("Polygon")) return L.polygon(latlngs, options);
    return L.polyline(latlngs, { ...options, fill: false, hatch: null });
  }

  fetch(entry) {
    const task = (async () => {
      try {
        const answer = await window.fetch(entry.spec.url, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const collection = await answer.json();
        if (this.entries.get(entry.spec.id) !== entry) return;
        this.fill(entry, collection.features);
        this.arrange();
      } catch (error) {
        this.desk.live(this.desk.latest.words[error.message === "401" ? "signed_out" : "layer_failed"] + entry.spec.title);
      }
    })();
    this.loading.add(task);
    task.finally(() => this.loading.delete(task));
  }

  settled() {
    return Promise.all(Array.from(this.loading));
  }

  /* ---- what is shown ---- */
  shown(id) {
    const entry = this.entries.get(id);
    return Boolean(entry) && !this.hidden.has(id) && this.inScale(entry.spec);
  }

  inScale(spec) {
    const scale = window.Jiebiao.scaleDenominator(this.desk.map);
    return (!spec.smallest || scale < spec.smallest) && (!spec.largest || scale >= spec.largest);
  }

  toggle(id, on) {
    if (on) this.hidden.delete(id);
    else this.hidden.add(id);
    this.arrange();
  }

  showByScale() {
    for (const [id, entry] of this.entries) {
      if (this.shown(id)) entry.group.addTo(this.desk.map);
      else entry.group.remove();
    }
    if (this.desk.panel) this.desk.panel.refresh();
  }

  arrange() {
    this.showByScale();
    for (const id of this.order || []) if (this.shown(id)) this.entries.get(id).group.bringToFront();
    this.limitSnapping();
    this.desk.labels.refresh();
  }

  /* Only what is in view can be snapped to: a township of plots would make every movement of the mouse slow. */
  limitSnapping() {
    const view = this.desk.map.getBounds().pad(0.2);
    for (const [id, entry] of this.entries) {
      if (!entry.spec.snap) continue;
      const shown = this.shown(id);
      entry.group.eachLayer((layer) => {
        const near = layer.getBounds ? view.intersects(layer.getBounds()) : layer.getLatLng && view.contains(layer.getLatLng());
        layer.options.snapIgnore = !(shown && near);
      });
    }
  }

  bounds(id) {
    const entry = this.entries.get(id);
    return entry && entry.byId.size ? entry.group.getBounds() : window.L.latLngBounds([]);
  }

  find(layerId, featureId) {
    const entry = this.entries.get(layerId);
    return entry ? entry.byId.get(String(featureId)) : undefined;
  }

  editable() {
    const found = [];
    for (const [id, entry] of this.entries) if (entry.spec.editable && this.shown(id)) entry.byId.forEach((layer) => found.push(layer));
    return found;
  }
}
