// The map is drawn from the list of places beside it, which says the same without it. No tiles: boundaries are a file of ours.
"use strict";
(() => {
  const here = document.getElementById("map");
  if (!here || !window.L) return;
  const map = L.map(here, { zoomControl: false, attributionControl: false, keyboard: true, scrollWheelZoom: false, zoomSnap: 0.25, minZoom: 7, maxZoom: 15 });
  L.control.zoom({ zoomInTitle: here.dataset.in, zoomOutTitle: here.dataset.out }).addTo(map);
  const marks = L.layerGroup().addTo(map);
  let bounds = null, chosen = null;

  const draw = () => {
    const list = document.getElementById("marks");
    if (!list) return;
    marks.clearLayers();
    for (const one of list.querySelectorAll("li")) {
      const link = one.querySelector("a"), text = link.querySelector(".tag").textContent;
      const icon = L.divIcon({ className: `mark ${one.dataset.standing}`, html: "", iconSize: null });
      const mark = L.marker([Number(one.dataset.lat), Number(one.dataset.lon)], { icon, keyboard: true, title: link.textContent.trim(), alt: link.textContent.trim() });
      mark.on("click", () => { location.href = link.href; });
      mark.on("keypress", (event) => { if (event.originalEvent.key === "Enter") location.href = link.href; });
      mark.addTo(marks);
      mark.getElement().textContent = text;
    }
  };

  fetch(here.dataset.boundaries).then((answer) => answer.json()).then((shape) => {
    const region = here.dataset.region;
    const layer = L.geoJSON(shape, {
      style: (feature) => ({ className: feature.properties.code === region ? "division chosen" : "division" }),
      onEachFeature: (feature, one) => {
        const link = document.querySelector(`[data-region-link="${feature.properties.code}"]`);
        if (!link) return;
        one.bindTooltip(link.dataset.name, { permanent: true, direction: "center", className: "division-name" });
        one.on("click", () => { location.href = link.href; });
        if (feature.properties.code === region) chosen = one;
      },
    }).addTo(map);
    bounds = (chosen || layer).getBounds();
    map.fitBounds(bounds, { padding: [8, 8], animate: false });
    draw();
  });
  document.addEventListener("live:shown", draw);
  addEventListener("resize", () => { if (bounds) map.fitBounds(bounds, { padding: [8, 8], animate: false }); });
})();
