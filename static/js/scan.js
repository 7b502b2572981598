/* Scanning: a scanner types a code and Enter, faster than answers come. Each Enter is kept in the browser with a key of its own
   (scan_queue.js) and sent in its turn; without network it waits, also over a reload, and is sent again with the same key, so that
   it counts once. The station answers by colour, sound and a text that stays. Without script the form is posted. */
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = $("form[data-scan-station]") || $("form[data-scan]");
  if (!form) return;
  const field = $("input[name=code]", form);
  const FIRST_WAIT = 2000, LONGEST_WAIT = 20000;
  let sending = false, offline = false, wait = FIRST_WAIT, timer, times = "";

  const newKey = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4)))).toString(16));
  const queue = window.scanQueue(form.dataset.user || "", newKey);

  /* Colour over the whole screen, and a sound of its own for each. */
  const sounds = {};
  const play = (tone) => {
    const source = document.documentElement.dataset[`sound${tone}`] || form.dataset[`sound${tone}`];
    if (!source) return;
    sounds[tone] = sounds[tone] || new Audio(source);
    sounds[tone].currentTime = 0;
    sounds[tone].play().catch(() => { /* the browser wants a gesture first */ });
  };
  const flash = (tone) => {
    $(".scan-flash")?.remove();
    const cover = document.createElement("div");
    cover.className = `scan-flash scan-flash-${tone}`;
    cover.addEventListener("animationend", () => cover.remove());
    document.body.append(cover);
    play(tone[0].toUpperCase() + tone.slice(1));
  };
  const print = (url) => {
    $("iframe.scan-print")?.remove();
    const frame = document.createElement("iframe");
    frame.className = "scan-print";
    frame.src = url;
    frame.title = "PDF";
    frame.addEventListener("load", () => { frame.contentWindow?.print(); field.focus(); });
    document.body.append(frame);
  };

  const showWaiting = () => {
    const left = queue.waiting().length;
    for (const slot of $$("[data-scan-waiting]")) {
      slot.hidden = left < 2 && !(offline && left);
      slot.textContent = (offline && slot.dataset.offline ? slot.dataset.offline : "… #").replace("#", left);
      slot.classList.toggle("is-offline", offline && left > 0);
    }
  };
  /* What the server would not take however often it is sent: somebody reads it and puts it away. */
  const showRefused = () => {
    const list = $("[data-scan-refused]");
    if (!list) return;
    const rows = queue.refused();
    $("ul", list).replaceChildren(...rows.map((row) => {
      const item = $("template", list).content.cloneNode(true).firstElementChild;
      $("[data-code]", item).textContent = row.code;
      $("[data-reason]", item).textContent = `${new Date(row.at).toLocaleTimeString("vi-VN")} · ${row.status === 403 ? list.dataset.forbidden : list.dataset.failed}`;
      $("button", item).addEventListener("click", () => { queue.forget(row.name); showRefused(); field?.focus(); });
      return item;
    }));
    list.hidden = !rows.length;
  };
  const show = (html, target) => {
    const fresh = $(target, new DOMParser().parseFromString(html, "text/html"));
    const old = $(target);
    if (!fresh || !old) return;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    const answer = $("[data-scan-answer]", fresh);
    if (!answer) return;
    flash(answer.dataset.scanAnswer);
    if (answer.dataset.print) print(answer.dataset.print);
    if (answer.dataset.go) location.href = answer.dataset.go;
  };
  /* Somebody signed in since this page came: it is fetched anew, and the scan sent from there, once. */
  const fetchAnew = (name, scan) => {
    if (!queue.replace(name, { ...scan, again: true })) return false;
    location.reload();
    return true;
  };
  const send = async (name, scan) => {
    const body = new FormData();
    for (const [name, value] of scan.fields) body.append(name, value);
    const headers = { "HX-Request": "true", "X-CSRFToken": document.body.dataset.csrf };
    const answer = await fetch(scan.action, { method: "POST", body, headers });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) { location.href = elsewhere; return false; } /* logged out: the scans wait for their user */
    if (!answer.ok && answer.status !== 422) {
      if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
      if (answer.status === 403 && !scan.again && fetchAnew(name, scan)) return false;
      queue.refuse(scan, answer.status); /* asking again would not help */
      flash("bad");
      showRefused();
      return true;
    }
    if (scan.page === location.pathname) show(await answer.text(), scan.target);
    else if (!answer.ok) { queue.refuse(scan, answer.status); showRefused(); } /* of a tab that is gone: nothing here shows its answer */
    return true;
  };
  const sendAll = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    try {
      await queue.takeOverAll();
      for (let names = queue.waiting(); names.length; names = queue.waiting()) {
        showWaiting();
        const scan = queue.read(names[0]);
        if (scan && !(await send(names[0], scan))) break;
        queue.forget(names[0]);
      }
      if (offline) document.dispatchEvent(new CustomEvent("network:back"));
      [offline, wait] = [false, FIRST_WAIT];
    } catch {
      offline = true;
      document.dispatchEvent(new CustomEvent("network:lost"));
      timer = setTimeout(sendAll, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    sending = false;
    showWaiting();
  };

  document.addEventListener("submit", (event) => {
    const posted = event.target.closest("form[data-scan]");
    if (!posted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const body = new FormData(posted, event.submitter);
    const code = String(body.get("code") ?? "").trim();
    const typed = $("input[name=code]:not([type=hidden])", posted);
    if (typed) { posted.reset(); typed.focus(); }
    if (body.has("code") && !code) return;
    if (posted.dataset.times !== undefined && /^\d{1,4}\s*\*$/.test(code)) { /* how many the next scan means */
      times = code;
      typed.placeholder = `${code.replace("*", "")} ×`;
      return;
    }
    if (times) { body.set("code", times + code); times = ""; if (typed) typed.placeholder = ""; }
    body.set("key", newKey());
    body.delete("csrfmiddlewaretoken"); /* a new one travels in the header when it is sent */
    queue.keep({ page: location.pathname, action: posted.action, target: posted.dataset.scan, fields: [...body.entries()] });
    if (offline) flash("warn");
    sendAll();
  }, true);
  window.addEventListener("online", sendAll);
  window.addEventListener("beforeunload", (event) => { if (queue.isOnlyHere()) event.preventDefault(); });

  /* What a scanner types goes into the field, wherever the eye was; letters are no shortcuts here. */
  document.addEventListener("keydown", (event) => {
    if (!field || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
    if (event.target.closest("input, textarea, select, [contenteditable=true], dialog[open]") || $("dialog[open]")) return;
    event.stopImmediatePropagation();
    field.focus();
  }, true);

  /* The camera of a phone. Where the browser cannot read bars, a small frame at a time is read by the server. */
  const button = $("[data-scan-camera]");
  const video = $("[data-scan-video]");
  const SIDE = 960, NATIVE_PAUSE = 120, SERVER_PAUSE = 300;
  let stream, last = "", seenAt = 0;
  const frameOf = () => {
    const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.7); });
  };
  const onServer = async () => {
    const body = new FormData();
    body.append("frame", await frameOf(), "frame.jpg");
    const answer = await fetch(form.dataset.frames, { method: "POST", body, headers: { "X-CSRFToken": document.body.dataset.csrf } });
    return answer.ok ? (await answer.json()).code : "";
  };
  const inBrowser = (detector) => async () => (await detector.detect(video))[0]?.rawValue || "";
  const look = async (read, pause) => {
    if (!stream) return;
    try {
      const code = await read();
      const isNew = stream && code && (code !== last || Date.now() - seenAt > 1500);
      if (code) seenAt = Date.now();
      if (isNew) { last = code; field.value = code; form.requestSubmit(); }
    } catch { /* a frame that is not there yet, or no network */ }
    setTimeout(look, pause, read, pause);
  };
  const isNative = "BarcodeDetector" in window;
  if (button && video && (isNative || form.dataset.frames) && navigator.mediaDevices?.getUserMedia) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (stream) { for (const track of stream.getTracks()) track.stop(); stream = undefined; video.hidden = true; field.focus(); return; }
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      if (isNative) look(inBrowser(new window.BarcodeDetector()), NATIVE_PAUSE);
      else look(onServer, SERVER_PAUSE);
    });
  }
  showRefused();
  queue.ready.then(sendAll);
})();
