/* Gives a folium page its symbols, labels and legend from the JSON block; texts only through textContent. */
(function () {
  "use strict";
  const L = window.L, Jiebiao = window.Jiebiao;
  const texts = JSON.parse(document.getElementById("jiebiao-texts").textContent);
  const map = window[texts.map], labels = new Jiebiao.Labels(map);
  const legend = Jiebiao.element("div", "jb-legend");
  if (texts.title) {
    document.title = texts.title;
    legend.appendChild(Jiebiao.element("h1", "", texts.title));
  }

  function tip(spec, layer) {
    const rows = spec.fields.map((f) => ({ title: f.title, value: layer.feature.properties[f.name] }));
    return Jiebiao.fieldTable(spec.title, rows);
  }

  function dress(spec, group) {
    group.eachLayer((layer) => {
      const own = spec.properties[layer.feature.id];
      if (own) layer.feature.properties = own;
      layer.setStyle(Jiebiao.pathOptions(spec.symbol));
      if (spec.geometry === "line") layer.setStyle({ fill: false });
    });
    if (spec.fields.length) group.bindTooltip((layer) => tip(spec, layer), { sticky: true, className: "jb-tip-box", opacity: 1 });
    if (spec.label)
      labels.set(spec.name, {
        group, smallestScale: spec.label_smallest,
        visible: () => map.hasLayer(group), text: (feature) => feature.properties[spec.label],
      });
  }

  function row(spec, group) {
    const label = Jiebiao.element("label", "jb-row"), tick = Jiebiao.element("input");
    tick.type = "checkbox";
    tick.checked = spec.visible;
    tick.addEventListener("change", () => {
      if (tick.checked) group.addTo(map);
      else group.remove();
      labels.refresh();
    });
    label.append(tick, Jiebiao.swatch(spec.symbol, spec.geometry), Jiebiao.element("span", "jb-row-title", spec.title));
    return label;
  }

  const fetched = texts.layers.map(async (spec) => {
    const group = window[spec.name];
    if (spec.url) {
      const answer = await window.fetch(spec.url, { credentials: "same-origin" });
      if (answer.ok) group.addData(await answer.json());
    }
    dress(spec, group);
    if (spec.visible) group.addTo(map);
    else group.remove();
  });
  for (const spec of texts.layers.slice().reverse()) legend.appendChild(row(spec, window[spec.name]));
  document.body.appendChild(legend);
  L.control.scale({ imperial: false }).addTo(map);
  if (texts.bounds) map.fitBounds([[texts.bounds[1], texts.bounds[0]], [texts.bounds[3], texts.bounds[2]]]);
  Promise.all(fetched).then(() => {
    if (!texts.bounds) {
      const box = L.latLngBounds([]);
      texts.layers.forEach((spec) => window[spec.name].getLayers().length && box.extend(window[spec.name].getBounds()));
      if (box.isValid()) map.fitBounds(box);
    }
    labels.refresh();
    document.body.dataset.ready = "1";
  });
})();
