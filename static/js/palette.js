/* The command palette: what the page offers here, then what the server finds. Arrows choose, Enter opens. */
"use strict";

(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const box = dialog.querySelector("input");
  const own = dialog.querySelector("[data-palette-own]");
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

  const buttons = () => [...document.querySelectorAll("[data-key], #bulk button")].filter(
    (button) => button.getClientRects().length && !button.matches("input, textarea") && !button.closest("dialog"));
  const offer = () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    const list = own.querySelector("ul");
    list.replaceChildren();
    for (const button of buttons()) {
      const label = (button.textContent.trim() || button.getAttribute("aria-label") || "").replace(/\s+/g, " ");
      if (!label || !words.every((word) => fold(label).includes(word))) continue;
      const item = document.createElement("button");
      item.type = "button";
      item.textContent = label;
      item.addEventListener("click", () => { dialog.close(); button.click(); });
      const line = document.createElement("li");
      line.append(item);
      list.append(line);
    }
    own.hidden = !list.children.length;
  };
  const choices = () => [...dialog.querySelectorAll("li a, li button")];
  const choose = (step) => {
    const list = choices();
    if (!list.length) return;
    const at = list.findIndex((item) => item.classList.contains("chosen"));
    list[at]?.classList.remove("chosen");
    const next = list[(at + step + list.length) % list.length];
    next.classList.add("chosen");
    next.scrollIntoView({ block: "nearest" });
  };
  const fresh = () => {
    for (const item of choices()) item.classList.remove("chosen");
    choices()[0]?.classList.add("chosen");
  };
  const show = () => {
    if (!dialog.open) dialog.showModal();
    box.select();
    offer();
    htmx.trigger(box, "palette");
    fresh();
  };
  document.addEventListener("palette:open", (event) => { event.preventDefault(); show(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) { event.preventDefault(); show(); }
    if (event.target === dialog) dialog.close();
  });
  box.addEventListener("input", () => { offer(); fresh(); });
  dialog.addEventListener("htmx:afterSettle", fresh);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter" && event.target === box) { event.preventDefault(); dialog.querySelector("li .chosen")?.click(); }
  });
})();
