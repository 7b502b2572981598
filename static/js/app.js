/* Manners of every page: htmx, dialogs, copy, theme, menus, tables and keys. Works without it too. */
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* htmx: the token travels in a header; the rest of its settings is in <meta name="htmx-config">. */
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
  });
  const failed = () => {
    const region = $("#messages");
    const template = $("#network-error");
    if (region && template && !$(".message-network", region)) region.append(template.content.cloneNode(true));
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) $(".message-network")?.remove();
  });

  /* One dialog asks before dangerous acts: data-confirm on a button, hx-confirm on htmx elements. */
  const ask = (question, action) => {
    const dialog = $("#confirm-dialog");
    $("[data-confirm-text]", dialog).textContent = question;
    $("[data-confirm-action]", dialog).textContent = action || dialog.dataset.defaultAction;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  };
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const label = event.target.dataset.confirmLabel || event.target.textContent.trim();
    ask(event.detail.question, label).then((yes) => yes && event.detail.issueRequest(true));
  });
  document.addEventListener("submit", (event) => {
    const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
    const question = asker.dataset?.confirm;
    if (!question || event.target.dataset.confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    ask(question, event.submitter?.textContent.trim()).then((yes) => {
      if (!yes) return;
      event.target.dataset.confirmed = "1";
      event.target.requestSubmit(event.submitter);
      delete event.target.dataset.confirmed;
    });
  }, true);

  /* Clicks: copy, close a message, open and close dialogs. */
  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.title;
    button.title = button.dataset.copied || "✓";
    button.classList.add("copied");
    setTimeout(() => { button.title = before; button.classList.remove("copied"); }, 1500);
  };
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    let found;
    if ((found = hit("[data-copy]"))) { event.preventDefault(); copy(found); }
    else if ((found = hit("[data-dismiss]"))) found.closest(".message, .notice").remove();
    else if ((found = hit("[data-open]"))) { event.preventDefault(); document.getElementById(found.dataset.open)?.showModal(); }
    else if ((found = hit("[data-close]"))) { event.preventDefault(); found.closest("dialog")?.close(); }
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  /* What htmx brings into the sheet is shown over the page. */
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches("dialog")) event.target.showModal();
  });

  /* Scans: each Enter is sent in its turn with a key of its own, and the field is free for the next. Lost answers are asked
     again with the same key, so nothing counts twice. */
  const scans = [];
  let sending = false;
  const newKey = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4)))).toString(16));
  const showWaiting = (stuck) => {
    for (const slot of $$("[data-scan-waiting]")) {
      slot.hidden = scans.length < 2 && !stuck;
      slot.textContent = `… ${scans.length}`;
    }
  };
  const sendScan = async ({ action, body, target }) => {
    const answer = await fetch(action, { method: "POST", body, headers: { "HX-Request": "true" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) { scans.length = 0; location.href = elsewhere; return; }
    if (!answer.ok && answer.status !== 422) {
      if (answer.status < 500 && answer.status !== 429) { failed(); return; } /* asking again would not help */
      throw new Error(String(answer.status));
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = $(target, page);
    if (fresh) { $(target).replaceWith(fresh); htmx.process(fresh); }
  };
  const sendScans = async () => {
    if (sending) return;
    sending = true;
    try {
      while (scans.length) { showWaiting(false); await sendScan(scans[0]); scans.shift(); }
      $(".message-network")?.remove();
    } catch { failed(); }
    sending = false;
    showWaiting(scans.length > 0);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-scan]");
    if (!form) return;
    event.preventDefault();
    const body = new FormData(form);
    body.set("key", newKey());
    scans.push({ action: form.action, body, target: form.dataset.scan });
    const code = $('[name="code"]', form);
    if (code) { form.reset(); code.focus(); }
    sendScans();
  });
  window.addEventListener("online", sendScans);
  window.addEventListener("beforeunload", (event) => { if (scans.length) event.preventDefault(); });

  /* Theme: the form works alone; with script the page changes at once and the choice is sent behind. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const button of $$("button", form)) button.setAttribute("aria-pressed", String(button === event.submitter));
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
  });

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

  /* A long text gets a small editor over its field; without script the field itself is written in. */
  const enrich = (field) => {
    const bar = $("#rich-bar");
    if (!bar) return;
    const box = document.createElement("div");
    const text = document.createElement("div");
    box.className = "rich";
    text.className = "rich-text";
    text.contentEditable = "true";
    text.setAttribute("role", "textbox");
    text.setAttribute("aria-multiline", "true");
    text.setAttribute("aria-label", field.labels[0]?.textContent.trim() || "");
    text.innerHTML = field.value;
    text.addEventListener("input", () => { field.value = text.textContent.trim() ? text.innerHTML : ""; });
    box.append(bar.content.cloneNode(true), text);
    box.addEventListener("mousedown", (event) => {
      const button = event.target.closest("[data-command]");
      if (button) event.preventDefault(); /* the selection stays */
    });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-command]");
      if (!button) return;
      text.focus();
      document.execCommand(button.dataset.command, false, button.dataset.value || null);
    });
    field.hidden = true;
    field.after(box);
  };
  document.addEventListener("DOMContentLoaded", () => $$("textarea[data-rich]").forEach(enrich));

  /* Keys. Single letters are off while typing; every action also has a visible button. */
  const rows = () => $$("tr[data-href]");
  const focusRow = (step) => {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex((row) => row.classList.contains("focused"));
    const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
    list[at]?.classList.remove("focused");
    next.classList.add("focused");
    next.scrollIntoView({ block: "nearest" });
  };
  const focused = () => $("tr.focused");
  const press = (name) => {
    const target = $(`[data-key="${name}"]`);
    if (target?.matches("input, textarea")) target.focus();
    else target?.click();
    return Boolean(target);
  };
  const go = (name) => {
    const link = $(`[data-go="${name}"]`);
    if (link) location.href = link.href;
    return Boolean(link);
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
  const submitForm = (name) => {
    const button = $(`[data-key="${name}"]`);
    if (button) { button.click(); return true; }
    const form = document.activeElement?.form || $("form[data-main]");
    if (!form || name !== "F9") return false;
    form.requestSubmit();
    return true;
  };
  const letters = {
    "/": () => { const box = $("#search"); box?.focus(); box?.select(); return Boolean(box); },
    "?": () => { $("#shortcuts")?.showModal(); return true; },
    j: () => { focusRow(1); return true; },
    k: () => { focusRow(-1); return true; },
    ArrowDown: () => rows().length > 0 && (focusRow(1), true),
    ArrowUp: () => rows().length > 0 && (focusRow(-1), true),
    x: () => toggleFocused(false),
    X: () => toggleFocused(true),
    a: () => { const all = $("input[data-check-all]"); all?.click(); return Boolean(all); },
    Enter: () => focused() && (location.href = focused().dataset.href, true),
    o: () => focused() && (location.href = focused().dataset.href, true),
    "[": () => press("["),
    "]": () => press("]"),
    c: () => press("c"), p: () => press("p"), s: () => press("s"), h: () => press("h"),
    n: () => press("n"), e: () => press("e"),
  };
  const functionKeys = {
    F1: () => go("new"), F3: () => press("F3"), F4: () => press("F4"), F6: () => press("F6"), F8: () => press("F8"),
    F9: () => submitForm("F9"), F10: () => submitForm("F10"),
  };
  let waitingForG = 0;
  const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);
  const handled = (event) => {
    if (functionKeys[event.key]) return functionKeys[event.key]();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return submitForm("F9");
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return true; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return false;
    if (event.key === "Escape") { clearSelection(); return false; }
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
