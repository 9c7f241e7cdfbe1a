// A chart is drawn from the table under it: the columns whose head has data-line. Without a browser that can, the table says it all.
"use strict";
(() => {
  const drawn = new Map();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const draw = () => {
    if (!window.uPlot) return;
    for (const place of document.querySelectorAll(".chart[data-of]")) {
      const table = document.getElementById(place.dataset.of);
      if (!table) continue;
      const rows = [...table.tBodies[0].rows];
      const heads = [...table.tHead.rows[0].cells];
      const lines = heads.map((head, at) => [head, at]).filter(([head]) => head.dataset.line);
      const labels = rows.map((row) => row.cells[0].textContent.trim());
      if (labels.length < 2 || !place.clientWidth) { place.replaceChildren(); continue; }
      const data = [rows.map((_row, at) => at), ...lines.map(([, at]) => rows.map((row) => {
        const given = row.cells[at].dataset.y;
        return given === "" || given === undefined ? null : Number(given);
      }))];
      const said = JSON.stringify([data, document.documentElement.dataset.night, place.clientWidth]);
      if (drawn.get(place) === said) continue;
      drawn.set(place, said);
      place.replaceChildren();
      const percent = table.dataset.percent ? (_u, least) => [Math.min(Math.floor(least) - 1, 95), 100] : (_u, _least, most) => [0, most * 1.1 || 1];
      const axis = { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line") }, font: "13px sans-serif" };
      new window.uPlot({
        width: place.clientWidth, height: 190, legend: { show: false }, cursor: { show: false },
        scales: { x: { time: false, range: [-0.2, labels.length - 0.8] }, y: { range: percent } },
        axes: [{ ...axis, values: (_u, ticks) => ticks.map((at) => (Number.isInteger(at) && labels[at] ? labels[at].split(" ").slice(-2).join(" ").replace(/^\d+月/, "") : "")), incrs: [1, 2, 5, 10] }, { ...axis, size: 78 }],
        series: [{}, ...lines.map(([head]) => ({ label: head.textContent, stroke: colour(head.dataset.line), width: 2.5, dash: head.dataset.dash ? [7, 5] : undefined, points: { show: true, size: 7 } }))],
      }, data, place);
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", table.closest("section").querySelector("h2").textContent);
    }
  };
  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("live:shown", draw);
  addEventListener("resize", draw);
  if (document.readyState !== "loading") draw();
})();
