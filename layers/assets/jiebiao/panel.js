/* The layers' list: what is drawn, what it means, where it is, and what lies beneath. */

export class Panel {
  constructor(desk) {
    this.desk = desk;
    this.open = false;
    this.box = desk.frame.appendChild(window.Jiebiao.element("div", "jb-panel"));
    this.box.hidden = true;
    window.L.DomEvent.disableClickPropagation(this.box).disableScrollPropagation(this.box);
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
    this.baseLayer = null;
    this.baseId = null;
  }

  update(data) {
    const key = JSON.stringify([data.base, data.words, data.layers.map((l) => [l.id, l.title, l.symbol])]);
    if (key === this.key) return;
    this.key = key;
    this.chooseBase(this.keptBase(data.base));
    this.build(data);
  }

  toggle() {
    this.open = !this.open;
    this.box.hidden = !this.open;
    this.desk.tools.layersButton.setAttribute("aria-expanded", String(this.open));
    if (this.open) this.box.querySelector("input").focus();
    else this.desk.tools.layersButton.focus();
  }

  refresh() {
    for (const row of this.box.querySelectorAll("[data-layer]")) {
      const entry = this.desk.layers.entries.get(row.dataset.layer);
      row.classList.toggle("jb-out-of-scale", Boolean(entry) && !this.desk.layers.inScale(entry.spec));
      row.hidden = !entry || entry.byId.size === 0;
    }
  }

  build(data) {
    const make = window.Jiebiao.element;
    this.box.replaceChildren();
    if (data.base.length) {
      this.box.appendChild(make("div", "jb-panel-title", data.words.base));
      this.baseRow({ id: "", title: data.words.no_base });
      data.base.forEach((base) => this.baseRow(base));
    }
    this.box.appendChild(make("div", "jb-panel-title", data.words.layers));
    for (const spec of data.layers.slice().reverse()) this.layerRow(spec, data.words);
    this.refresh();
  }

  baseRow(base) {
    const make = window.Jiebiao.element, row = make("label", "jb-row"), radio = make("input");
    radio.type = "radio";
    radio.name = "jb-base";
    radio.checked = (this.baseId || "") === base.id;
    radio.addEventListener("change", () => this.chooseBase(base.id));
    row.append(radio, make("span", "jb-row-title", base.title));
    this.box.appendChild(row);
  }

  layerRow(spec, words) {
    const make = window.Jiebiao.element, row = make("div", "jb-row"), label = make("label", "jb-row-label"), tick = make("input");
    tick.type = "checkbox";
    tick.checked = !this.desk.layers.hidden.has(spec.id);
    tick.addEventListener("change", () => this.desk.layers.toggle(spec.id, tick.checked));
    label.append(tick, window.Jiebiao.swatch(spec.symbol, spec.geometry), make("span", "jb-row-title", spec.title));
    const fit = make("button", "jb-link", words.fit);
    fit.type = "button";
    fit.setAttribute("aria-label", `${words.fit} ${spec.title}`);
    fit.addEventListener("click", () => this.desk.fitLayers([spec.id]));
    row.dataset.layer = spec.id;
    row.title = "";
    row.append(label, fit);
    this.box.appendChild(row);
  }

  keptBase(bases) {
    const kept = window.localStorage.getItem("jiebiao-base");
    if (kept !== null && (kept === "" || bases.some((b) => b.id === kept))) return kept;
    return bases.length ? bases[0].id : "";
  }

  chooseBase(id) {
    const base = this.desk.latest.base.find((b) => b.id === id);
    if (this.baseLayer) this.baseLayer.remove();
    this.baseLayer = null;
    this.baseId = base ? base.id : "";
    if (this.desk.latest.base.length) window.localStorage.setItem("jiebiao-base", this.baseId);
    if (!base) return;
    const tile = (url) =>
      window.L.tileLayer(url, {
        minZoom: base.min_zoom, maxNativeZoom: base.max_zoom, maxZoom: 22, zIndex: 1,
        bounds: base.bounds ? [[base.bounds[1], base.bounds[0]], [base.bounds[3], base.bounds[2]]] : undefined,
        subdomains: base.subdomains || "", attribution: base.attribution || "",
      });
    this.baseLayer = window.L.layerGroup(base.urls.map(tile)).addTo(this.desk.map);
  }
}
