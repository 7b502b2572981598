/* The order list: its side panel, and codes pasted into the search box. */
"use strict";

(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  let shown = "";
  let asked = 0;

  const panelOf = (href) => {
    const url = new URL(href, location.href);
    return `${url.pathname}panel/${url.search}`;
  };
  const fetched = async (href) => {
    const answer = await fetch(panelOf(href), { headers: { "HX-Request": "true" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.href = elsewhere; /* nobody is logged in any more */
    if (answer.status !== 200) throw new Error(`panel: ${answer.status}`);
    return answer.text();
  };
  const mark = () => {
    for (const row of document.querySelectorAll("tr[data-href]")) row.classList.toggle("shown", row.dataset.href === shown);
  };
  /* Only the newest question is answered: an older answer would take away the form that is just being sent. */
  const open = async (href, focus, then) => {
    const turn = ++asked;
    shown = href;
    let text;
    try { text = await fetched(href); }
    catch { document.dispatchEvent(new CustomEvent("network:lost")); return; }
    if (turn !== asked || shown !== href) return; /* closed, or asked again meanwhile */
    htmx.swap(panel, text, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    panel.hidden = false;
    mark();
    if (focus) panel.querySelector("h2")?.focus();
    then?.();
  };
  const close = () => {
    const wasOpen = !panel.hidden;
    shown = "";
    if (!wasOpen) return false;
    panel.hidden = true;
    document.querySelector("tr.shown .ref")?.focus({ preventScroll: true });
    mark();
    return true;
  };

  document.addEventListener("row:open", (event) => {
    event.preventDefault();
    const { row, then } = event.detail;
    if (then) open(row.dataset.href, true, then);
    else if (!panel.hidden && shown === row.dataset.href) location.href = shown;
    else open(row.dataset.href, true);
  });
  document.addEventListener("row:focus", (event) => {
    if (!panel.hidden) open(event.detail.row.dataset.href, false);
  });
  document.addEventListener("panel:close", (event) => { if (close()) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-panel-close]")) { close(); return; }
    const peek = event.target.closest("a.peek");
    if (!peek || event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    for (const row of document.querySelectorAll("tr.focused")) row.classList.remove("focused");
    peek.closest("tr").classList.add("focused");
    open(peek.closest("tr").dataset.href, true);
  });
  document.addEventListener("htmx:afterSettle", mark);
  /* What an order answers after its panel was left does not replace the next order's. */
  panel.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.elt.isConnected) event.detail.swapOverride = "none";
  });

  /* A column of codes pasted into a one-line box would lose its lines: the sheet for many codes takes it. */
  document.addEventListener("paste", (event) => {
    const box = event.target.closest('input[type="search"]');
    const text = event.clipboardData?.getData("text") || "";
    if (!box || text.trim().split(/\r?\n/).length < 2) return;
    event.preventDefault();
    const link = document.querySelector("[data-paste-codes]");
    const sheet = document.getElementById("sheet");
    htmx.ajax("GET", link.href, { target: sheet, swap: "innerHTML" }).then(() => {
      const field = sheet.querySelector("textarea");
      field.value = text;
      field.focus();
    });
  });
})();
