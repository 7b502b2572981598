/* Ticking rows, and the keyboard (PRODUCT D8). Letters are off while typing; every key has a visible button. */
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Tables: tick, tick a range, count what is ticked. */
  let lastTick = null;
  const boxes = () => $$("input[data-row-check]");
  const refreshSelection = () => {
    const ticked = boxes().filter((box) => box.checked);
    for (const bar of $$("[data-bulkbar]")) bar.hidden = ticked.length === 0;
    for (const slot of $$("[data-selected-count]")) slot.textContent = ticked.length;
    const sum = ticked.reduce((total, box) => total + Number(box.dataset.amount || 0), 0);
    for (const slot of $$("[data-selected-sum]")) slot.textContent = sum.toLocaleString("de-DE") + "\u00a0₫";
    const all = $("input[data-check-all]");
    if (all) {
      all.checked = ticked.length > 0 && ticked.length === boxes().length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
  };
  const tickRange = (box) => {
    const list = boxes();
    const [from, to] = [list.indexOf(lastTick), list.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) for (const other of list.slice(from, to + 1)) other.checked = box.checked;
  };
  document.addEventListener("click", (event) => {
    if (!event.target.matches("input[data-row-check]")) return;
    if (event.shiftKey && lastTick) tickRange(event.target);
    lastTick = event.target;
    refreshSelection();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-check-all]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches("input[data-check-all], input[data-row-check]")) refreshSelection();
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.addEventListener("htmx:afterSettle", refreshSelection);
  document.addEventListener("DOMContentLoaded", refreshSelection);


  /* Rows: one has the focus; the list may show it in its side panel. */
  const tell = (name, detail) => !document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
  const rows = () => $$("tr[data-href]");
  const focused = () => $("tr.focused");
  const focusRow = (step) => {
    const list = rows();
    if (!list.length) return false;
    const at = list.findIndex((row) => row.classList.contains("focused"));
    const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
    list[at]?.classList.remove("focused");
    next.classList.add("focused");
    next.scrollIntoView({ block: "nearest" });
    tell("row:focus", { row: next });
    return true;
  };
  const openRow = (row) => {
    if (!row) return false;
    if (!tell("row:open", { row })) location.href = row.dataset.href;
    return true;
  };
  const toggleFocused = (range) => {
    const box = focused() && $("input[data-row-check]", focused());
    if (!box) return false;
    box.checked = !box.checked;
    if (range && lastTick) tickRange(box);
    lastTick = box;
    refreshSelection();
    return true;
  };
  const clearSelection = () => { for (const box of boxes()) box.checked = false; refreshSelection(); };
  const isTicked = () => boxes().some((box) => box.checked);

  /* A key presses the button that carries it: in the open panel, else in the bar of the ticked rows, else on the page. */
  const IN_BULK = { c: "confirm", s: "ship", h: "hold", p: "print_label", P: "print_label", n: "note", t: "tag", m: "assign" };
  const SAME = { m: "t", P: "p" };
  const isSeen = (element) => element.getClientRects().length > 0;
  const buttonOf = (name) => {
    const found = $$(`[data-key~="${CSS.escape(name)}"]`).filter(isSeen);
    const empty = found.find((element) => element.matches("input") && !element.value);
    const bulk = IN_BULK[name] && isTicked() && $(`#bulk button[value="${IN_BULK[name]}"]`);
    return found.find((button) => button.closest("#panel")) || bulk || empty || found[0] || (SAME[name] && buttonOf(SAME[name]));
  };
  const press = (name) => {
    const target = buttonOf(name);
    if (!target) return false;
    if (target.matches("input, textarea")) target.focus();
    else target.click();
    if (target.matches("summary")) $("input:not([type=hidden]), textarea", target.parentElement)?.focus();
    return true;
  };
  /* On the list a letter without ticked rows is meant for the focused row: its panel opens and the key is pressed there. */
  const act = (name) => press(name) || Boolean(focused() && tell("row:open", { row: focused(), then: () => press(name) }));
  const go = (name) => {
    const link = $(`[data-go="${CSS.escape(name)}"]`);
    if (link) location.href = link.href;
    return Boolean(link);
  };
  const submitForm = (name) => {
    const button = buttonOf(name);
    if (button) { button.click(); return true; }
    const form = document.activeElement?.form || $("form[data-main]");
    if (!form || name !== "F9") return false;
    form.requestSubmit();
    return true;
  };
  const click = (selector) => { const target = $(selector); target?.click(); return Boolean(target); };
  const letters = {
    "/": () => { const box = $("#search"); box?.focus(); box?.select(); return Boolean(box); },
    "?": () => { $("#shortcuts")?.showModal(); return true; },
    j: () => focusRow(1), k: () => focusRow(-1),
    ArrowDown: () => focusRow(1), ArrowUp: () => focusRow(-1),
    x: () => toggleFocused(false), X: () => toggleFocused(true),
    a: () => click("input[data-check-all]"), A: () => click("#bulk input[name=all]"),
    Enter: () => openRow(focused()), o: () => openRow(focused()),
    "[": () => press("["), "]": () => press("]"), z: () => press("z"),
  };
  for (const name of ["c", "e", "h", "m", "n", "p", "P", "s", "t"]) letters[name] = () => act(name);
  const functionKeys = {
    F1: () => go("new"), F3: () => press("F3") || go("p"), F4: () => press("F4") || go("c"), F6: () => press("F6"), F8: () => press("F8"),
    F9: () => submitForm("F9"), F10: () => submitForm("F10"),
  };
  let waitingForG = 0;
  const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);
  const withControl = (event) => {
    if (event.key.toLowerCase() === "k") return tell("palette:open", {});
    return event.key === "Enter" && submitForm("F9");
  };
  const handled = (event) => {
    if (functionKeys[event.key]) return functionKeys[event.key]();
    if (event.ctrlKey || event.metaKey) return withControl(event);
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return !$("dialog[open]"); }
    if (event.altKey || typing(event.target) || $("dialog[open]")) return false;
    if (event.key === "Escape") { if (!tell("panel:close", {})) clearSelection(); return false; }
    // Enter on a ticked row opens it: the browser would press the first button of the bulk bar.
    if (event.key === "Enter" && event.target.matches("input[data-row-check]")) return openRow(focused() || event.target.closest("tr[data-href]"));
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return false;
    if (waitingForG && Date.now() - waitingForG < 1200) { waitingForG = 0; return go(event.key); }
    if (event.key === "g") { waitingForG = Date.now(); return true; }
    if (/^[1-9]$/.test(event.key)) { const tab = $$(".tabs a")[event.key - 1]; tab?.click(); return Boolean(tab); }
    return letters[event.key]?.() ?? false;
  };
  document.addEventListener("keydown", (event) => {
    if (!event.isComposing && handled(event)) event.preventDefault();
  });
})();
