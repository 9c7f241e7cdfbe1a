// Keys: / to the search, j and k down and up the list, Enter opens, r looks again, Esc closes what is open.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const here = document.activeElement;
  if (event.key === "Escape") {
    for (const one of document.querySelectorAll("details.me[open]")) { one.open = false; one.querySelector("summary").focus(); }
    if (here && here.matches("input, select, textarea")) here.blur();
    return;
  }
  if (here && here.matches("input, select, textarea")) return;
  const rows = [...document.querySelectorAll("[data-row] a.open")];
  const at = rows.findIndex((one) => one === here);
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "j" && rows.length) {
    rows[Math.min(at + 1, rows.length - 1)].focus();
  } else if (event.key === "k" && rows.length) {
    rows[Math.max(at - 1, 0)].focus();
  } else if (event.key === "r") {
    document.getElementById("live").dispatchEvent(new CustomEvent("look-again"));
  }
});
