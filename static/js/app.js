/* Manners of every page: htmx, dialogs, copy, theme, menus. Works without it too. */
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

  /* Messages of an answer whose own place is gone meanwhile are said all the same. */
  document.addEventListener("htmx:oobErrorNoTarget", (event) => {
    const { content } = event.detail;
    if (content.id === "messages") $("#messages")?.append(...content.children);
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

  /* Tabs wider than the screen show the present one. */
  for (const tab of $$(".tabs [aria-current]")) {
    const bar = tab.closest(".tabs");
    bar.scrollLeft += tab.getBoundingClientRect().right - bar.getBoundingClientRect().right + 60;
  }

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

  /* Scan stations say when what they send stays away. */
  document.addEventListener("network:lost", failed);
  document.addEventListener("network:back", () => $(".message-network")?.remove());

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
})();
