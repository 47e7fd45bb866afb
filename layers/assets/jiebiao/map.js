/* The map component: one Desk per mounted element. Data comes in through update(), acts go out through one trigger. */
import { gaussKrueger } from "./geodesy.js";
import { LayerSet } from "./layerset.js";
import { Panel } from "./panel.js";
import { Tools } from "./tools.js";

const ASSETS = new URL("../", import.meta.url).href;
const desks = new WeakMap();
let libraries = null;

function script(url) {
  return new Promise((done, failed) => {
    const node = document.createElement("script");
    node.src = url;
    node.onload = done;
    node.onerror = () => failed(new Error(url));
    document.head.appendChild(node);
  });
}

function loadLibraries() {
  if (!libraries) {
    libraries = (async () => {
      await script(ASSETS + "leaflet/leaflet.js");
      window.L.Icon.Default.imagePath = ASSETS + "leaflet/images/";
      await script(ASSETS + "geoman/leaflet-geoman.min.js");
      await script(ASSETS + "jiebiao/canvas.js");
      await script(ASSETS + "jiebiao/labels.js");
    })();
    libraries.catch(() => (libraries = null));
  }
  return libraries;
}

function sheet(root, url) {
  return new Promise((done) => {
    if (Array.from(root.querySelectorAll("link")).some((link) => link.href === url)) return done();
    const node = document.createElement("link");
    node.rel = "stylesheet";
    node.onload = node.onerror = done;
    node.href = url;
    root.appendChild(node);
  });
}

class Desk {
  constructor(root, data) {
    this.root = root;
    this.key = data.key;
    this.latest = data;
    this.sequence = 0;
    this.ready = this.start();
  }

  async start() {
    await Promise.all([
      loadLibraries(),
      ...["leaflet/leaflet.css", "geoman/leaflet-geoman.css", "jiebiao/map.css"].map((f) => sheet(this.root, ASSETS + f)),
    ]);
    const L = window.L, host = this.root.querySelector(".jb-host");
    const make = (className) => host.appendChild(window.Jiebiao.element("div", className));
    this.bar = make("jb-bar");
    this.frame = make("jb-frame");
    this.status = make("jb-status");
    this.canvasBox = this.frame.appendChild(window.Jiebiao.element("div", "jb-map"));
    this.resize(this.latest);
    this.renderer = L.canvas({ tolerance: 6, padding: 0.3 });
    this.map = L.map(this.canvasBox, {
      renderer: this.renderer, preferCanvas: true, zoomSnap: 0.5, minZoom: 4, maxZoom: 22,
      attributionControl: true, zoomControl: false, worldCopyJump: false,
    });
    this.map.attributionControl.setPrefix(false);
    this.map.createPane("jb-select").style.zIndex = 450;
    this.map.getPane("jb-select").style.pointerEvents = "none";
    this.selectRenderer = L.svg({ pane: "jb-select" });
    this.highlight = L.layerGroup([], { pmIgnore: true }).addTo(this.map);
    L.control.zoom({ position: "topleft", zoomInTitle: this.latest.words.zoom_in, zoomOutTitle: this.latest.words.zoom_out }).addTo(this.map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(this.map);
    this.labels = new window.Jiebiao.Labels(this.map);
    this.firstView();
    this.layers = new LayerSet(this);
    this.tools = new Tools(this);
    this.panel = new Panel(this);
    this.readouts();
    this.map.on("moveend", () => this.rememberView());
    this.map.on("click", (event) => this.blankClick(event));
    this.observer = new ResizeObserver(() => this.onStage() && this.map.invalidateSize({ animate: false }));
    this.observer.observe(this.canvasBox);
    (window.jiebiaoMaps = window.jiebiaoMaps || {})[this.key] = this;
    this.apply();
  }

  update(data, trigger) {
    this.latest = data;
    this.trigger = trigger;
    if (this.map) this.apply();
  }

  apply() {
    const data = this.latest;
    this.resize(data);
    this.layers.update(data.layers);
    this.tools.update(data);
    this.panel.update(data);
    if (!this.tools.editing) this.select(data.selected || []);
    this.command(data.command);
    this.showScale();
  }

  resize(data) {
    if (this.frame) this.frame.style.setProperty("--jb-height", data.height);
  }

  emit(kind, detail) {
    this.sequence += 1;
    this.trigger("event", { kind, seq: `${Date.now()}-${this.sequence}`, ...detail });
  }

  /* ---- where one looks ---- */
  viewKey() {
    return "jiebiao-view-" + this.latest.view_key;
  }

  firstView() {
    const view = this.latest.view || {};
    let kept = null;
    try {
      kept = JSON.parse(window.sessionStorage.getItem(this.viewKey()) || "null");
    } catch {
      kept = null;
    }
    if (kept && Number.isFinite(kept.lat)) this.map.setView([kept.lat, kept.lng], kept.zoom, { animate: false });
    else if (view.bounds) this.fitBox(view.bounds);
    else this.map.setView([view.center[1], view.center[0]], view.zoom, { animate: false });
  }

  /* A page that is left shrinks its map to nothing first: that is no movement of the user's. */
  onStage() {
    return this.canvasBox.isConnected && this.canvasBox.clientWidth > 0 && this.canvasBox.clientHeight > 0;
  }

  rememberView() {
    if (!this.onStage()) return;
    const c = this.map.getCenter();
    const kept = JSON.stringify({ lat: c.lat, lng: c.lng, zoom: this.map.getZoom() });
    window.sessionStorage.setItem(this.viewKey(), kept);
    this.showScale();
  }

  fitBox([west, south, east, north]) {
    const box = [[south, west], [north, east]];
    this.map.fitBounds(box, { padding: [24, 24], maxZoom: 19, animate: false });
  }

  fitLayers(ids) {
    const box = window.L.latLngBounds([]);
    ids.forEach((id) => box.extend(this.layers.bounds(id)));
    if (box.isValid()) this.map.fitBounds(box, { padding: [24, 24], maxZoom: 19, animate: false });
  }

  command(order) {
    if (!order) return;
    const key = this.viewKey() + "-command";
    if (window.sessionStorage.getItem(key) === String(order.seq)) return;
    this.layers.settled().then(() => {
      window.sessionStorage.setItem(key, String(order.seq));
      if (order.bounds) this.fitBox(order.bounds);
      else this.fitLayers(order.layers);
    });
  }

  /* ---- choosing ---- */
  featureClick(layerId, featureId, event) {
    if (this.tools.busy()) return;
    window.L.DomEvent.stopPropagation(event);
    this.select([{ layer: layerId, id: featureId }]);
    this.emit("select", { layer: layerId, id: featureId, lon: event.latlng.lng, lat: event.latlng.lat });
  }

  blankClick(event) {
    if (this.tools.busy()) return;
    if (this.latest.tools.pick) this.emit("pick", { lon: event.latlng.lng, lat: event.latlng.lat });
    else if (this.highlight.getLayers().length) {
      this.select([]);
      this.emit("select", { layer: null, id: null, lon: event.latlng.lng, lat: event.latlng.lat });
    }
  }

  select(wanted) {
    const key = JSON.stringify(wanted), L = window.L, accent = this.latest.accent;
    this.highlight.clearLayers();
    const box = L.latLngBounds([]);
    for (const { layer, id } of wanted) {
      const found = this.layers.find(layer, id);
      if (!found) continue;
      const shape = found.toGeoJSON(false);
      const options = { renderer: this.selectRenderer, pane: "jb-select", interactive: false, pmIgnore: true, snapIgnore: true };
      L.geoJSON(shape, {
        ...options,
        style: () => ({ ...options, color: accent, weight: 6, opacity: 0.6, fill: false }),
        pointToLayer: (_f, at) => L.circleMarker(at, { ...options, radius: 10, color: accent, weight: 4, fill: false }),
      }).addTo(this.highlight);
      box.extend(found.getBounds ? found.getBounds() : found.getLatLng().toBounds(1));
    }
    if (key !== this.selectedKey && box.isValid() && !this.map.getBounds().intersects(box)) this.map.panTo(box.getCenter(), { animate: false });
    this.selectedKey = key;
  }

  /* ---- the line under the map ---- */
  readouts() {
    const part = (className) => this.status.appendChild(window.Jiebiao.element("span", className));
    this.liveText = part("jb-live");
    this.liveText.setAttribute("aria-live", "polite");
    this.coordinateText = part("jb-coordinates");
    this.scaleText = part("jb-scale");
    this.map.on("mousemove", (event) => this.showCoordinates(event.latlng));
    this.map.on("zoomend", () => this.showScale());
  }

  showCoordinates(at) {
    const w = this.latest.words, plane = gaussKrueger(at.lng, at.lat, this.latest.meridian);
    this.coordinateText.textContent =
      `${at.lng.toFixed(6)}°${w.east} ${at.lat.toFixed(6)}°${w.north} · ${w.easting} ${plane.easting.toFixed(1)} ${w.northing} ${plane.northing.toFixed(1)}`;
  }

  showScale() {
    const raw = window.Jiebiao.scaleDenominator(this.map);
    const step = 10 ** Math.max(0, Math.floor(Math.log10(raw)) - 1);
    this.scaleText.textContent = "1:" + String(Math.round(raw / step) * step).replace(/\B(?=(\d{3})+(?!\d))/g, "\u00a0");
  }

  live(text) {
    this.liveText.textContent = text;
  }

  destroy() {
    if (this.observer) this.observer.disconnect();
    if (this.map) {
      if (window.jiebiaoMaps[this.key] === this) delete window.jiebiaoMaps[this.key];
      this.map.remove();
    }
  }
}

export function mount({ parentElement, data, setTriggerValue }) {
  const standing = desks.get(parentElement);
  if (standing && standing.key !== data.key) {
    unmount(parentElement);
    parentElement.querySelector(".jb-host").replaceChildren();
  }
  if (!desks.has(parentElement)) desks.set(parentElement, new Desk(parentElement, data));
  desks.get(parentElement).update(data, setTriggerValue);
}

export function unmount(parentElement) {
  const desk = desks.get(parentElement);
  desks.delete(parentElement);
  if (desk) desk.ready.then(() => desk.destroy());
}
