/* Pages that stay open ask again: elements with data-poll, every data-every seconds, only while they are looked at. */
"use strict";

(() => {
  const due = new WeakMap();
  const addressOf = (element) => {
    const url = new URL(element.dataset.poll, location.href);
    const { event, order } = element.dataset;
    if (event === undefined) return url;
    const ids = [...document.querySelectorAll("#results .row-tick")].map((box) => box.value).join(",");
    for (const [name, value] of Object.entries({ event, order, ids })) url.searchParams.set(name, value);
    return url;
  };
  const ask = async (element) => {
    due.set(element, Date.now() + 1000 * Number(element.dataset.every));
    try {
      const answer = await fetch(addressOf(element), { headers: { "HX-Request": "true" } });
      if (answer.status !== 200) return;
      const text = await answer.text();
      if (element.isConnected) htmx.swap(element, text, { swapStyle: element.dataset.event === undefined ? "innerHTML" : "outerHTML" });
    } catch { /* offline, or the page was left: the next round asks again */ }
  };
  const round = () => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("[data-poll]")) if ((due.get(element) || 0) <= Date.now()) ask(element);
  };
  setInterval(round, 1000);
  document.addEventListener("visibilitychange", round);
  document.addEventListener("list:changed", () => { const list = document.getElementById("live"); if (list) ask(list); });

  /* A row that was drawn again keeps its tick and its focus; one that is known already is left alone. */
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const fresh = target.matches("tr") && fragment.querySelector("tr");
    if (!fresh) return;
    if (Number(target.dataset.event || 0) >= Number(fresh.dataset.event)) { event.detail.shouldSwap = false; return; }
    for (const name of ["focused", "shown"]) fresh.classList.toggle(name, target.classList.contains(name));
    const [before, after] = [target, fresh].map((row) => row.querySelector(".row-tick"));
    if (before && after) after.checked = before.checked;
  });
})();
