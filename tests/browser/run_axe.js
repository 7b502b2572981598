/* Runs axe and answers [faults, shapes judged now]; `known` are the shapes of earlier pages.

   What passes is neither gathered nor sent; no rule that is on by default needs what is preloaded.
   Of rows, entries and frames that are alike in all that axe judges (tags, classes, what attributes
   say or point at, which elements hold text, and the same around them) the first one is judged, row by row and cell by cell. */
async (known) => {
  const seen = new Set(known), fresh = [], alike = [];
  const look = innerWidth + (matchMedia("(prefers-color-scheme: dark)").matches ? "d" : "l");
  const SAYS = /^(class|style|role|type|tabindex|scope|lang)$/;
  const POINTS = /^(for|list|headers|aria-(labelledby|describedby|controls|owns))$/;
  const MANY = "tbody tr, td, li, option, .shell-side, .shell-top, .bottom-bar, dialog";
  const points = (value) => value.split(/ +/).every((id) => document.getElementById(id));
  const said = ({ name, value }) => {
    if (SAYS.test(name)) return name + "=" + value;
    if (POINTS.test(name)) return name + points(value);
    return name + (value.trim() ? "" : "=");
  };
  const own = (element) => [
    element.tagName, ...[...element.attributes].map(said).sort(), element.labels?.length ?? "",
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) ? "text" : "",
  ].join(" ");
  const shape = (element) => own(element) + "(" + [...element.children].map(shape).join() + ")";
  const around = (element) => {
    const names = [];
    for (let at = element.parentElement; at; at = at.parentElement) {
      names.push(at.tagName + "." + at.className);
    }
    return names.join("<");
  };
  const hash = (text) => {
    let [a, b] = [5381, 52711];
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      [a, b] = [(Math.imul(a, 33) ^ code) | 0, (Math.imul(b, 31) ^ code) | 0];
    }
    return a.toString(36) + b.toString(36) + text.length.toString(36);
  };
  for (const element of document.querySelectorAll(MANY)) {
    if (alike.some((other) => other.contains(element))) continue;
    const key = look + hash(around(element) + shape(element));
    if (seen.has(key)) alike.push(element);
    else { seen.add(key); fresh.push(key); }
  }
  const options = { resultTypes: ["violations"], preload: false };
  const found = await axe.run({ include: [document], exclude: alike }, options);
  const faults = found.violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    nodes: nodes.slice(0, 3).map(({ target, html, failureSummary }) => ({
      target, html: html.slice(0, 120), why: failureSummary.slice(0, 200),
    })),
  }));
  return [faults, fresh];
}
