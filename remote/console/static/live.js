// An open page looks again by itself, keeps focus and scroll, shows what changed, and says so when it cannot be believed any more.
"use strict";
(() => {
  const age = document.getElementById("age");
  if (!age) return;
  const ago = age.querySelector(".ago"), news = age.querySelector(".news"), clock = age.querySelector("span");
  let heard = Date.now(), asked = Date.now(), out = false, before = null;
  const live = () => document.getElementById("live");
  const every = () => Number(live().dataset.every) * 1000;
  const busy = () => {
    const here = document.activeElement;
    return Boolean(here && live().contains(here) && here.matches("input, select, textarea"));
  };

  const tick = () => {
    const old = Math.round((Date.now() - heard) / 1000);
    const stale = out || old * 1000 > 3 * every();
    age.classList.toggle("stale", stale);
    const words = (out ? age.dataset.out : stale ? age.dataset.stale : age.dataset.fresh).replace("{seconds}", old);
    if (ago.textContent !== words) ago.textContent = words;
    if (!out && document.visibilityState === "visible" && !busy() && Date.now() - asked >= every()) {
      asked = Date.now();
      live().dispatchEvent(new CustomEvent("look-again"));
    }
  };

  // what is watched: an element with an id and data-watch, whose value is what counts
  const values = () => new Map([...live().querySelectorAll("[data-watch]")].map((one) => [one.id, one.dataset.watch]));

  document.addEventListener("htmx:before:swap", () => { before = values(); });
  document.addEventListener("htmx:after:swap", () => {
    heard = Date.now();
    clock.textContent = live().dataset.clock;
    document.dispatchEvent(new CustomEvent("live:shown"));
    if (!before) return;
    let changed = 0;
    for (const [id, value] of values()) {
      if (before.get(id) === value) continue;
      changed += 1;
      const one = document.getElementById(id);
      one.classList.remove("changed");
      void one.offsetWidth;
      one.classList.add("changed");
    }
    before = null;
    news.textContent = changed ? age.dataset.changed.replace("{count}", changed) : "";
  });
  // An answer that is not the page (signed out, centre busy, no way through) is not shown as one.
  document.addEventListener("htmx:before:response", (event) => {
    const status = event.detail.ctx.response.raw ? event.detail.ctx.response.raw.status : event.detail.ctx.response.status;
    if (status >= 400) {
      event.preventDefault();
      out = out || status === 401 || status === 403;
      tick();
    }
  });
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, 1000);
  tick();
})();
