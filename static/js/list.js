/* The order list: its side panel, and codes pasted into the search box. */
"use strict";

(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  let shown = "";

  const addressOf = (href) => {
    const url = new URL(href, location.href);
    return { href: url.pathname + url.search, panel: `${url.pathname}panel/${url.search}` };
  };
  const mark = () => {
    for (const row of document.querySelectorAll("tr[data-href]")) row.classList.toggle("shown", row.dataset.href === shown);
  };
  const open = async (href, focus) => {
    shown = href;
    const settled = new Promise((done) => panel.addEventListener("htmx:afterSettle", done, { once: true }));
    htmx.ajax("GET", addressOf(href).panel, { target: panel, swap: "innerHTML" });
    await settled; /* only then do its forms answer to htmx */
    if (shown !== href) return; /* closed, or another row was asked for meanwhile */
    panel.hidden = false;
    mark();
    if (focus) panel.querySelector("h2")?.focus();
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
    if (then) open(row.dataset.href, true).then(then);
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
