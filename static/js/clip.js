/* A short clip of a parcel, recorded where the browser can. The panel that holds the button is drawn anew with every scan, so what
   is recorded belongs to the page: it ends by the button, by its seconds, or when another parcel lies on the table. Without
   network it is kept here and sent when there is one again, under the same key. */
"use strict";

(() => {
  const KINDS = ["video/webm;codecs=vp8", "video/webm", "video/mp4"];
  const LOOK = 400, BITS = 700000;
  const kind = window.MediaRecorder && navigator.mediaDevices?.getUserMedia && KINDS.find((name) => MediaRecorder.isTypeSupported(name));
  const live = document.querySelector("[data-clip-live]");
  if (!kind || !live) return;
  let recorder, waiting = [];

  const say = (text) => { live.hidden = !text; live.textContent = text; };
  const formOf = (id) => document.querySelector(`form[data-proof="${id}"]`);
  const draw = () => {
    for (const button of document.querySelectorAll("[data-clip]")) {
      button.hidden = false;
      const word = button.querySelector("span");
      button.dataset.start = button.dataset.start || word.textContent;
      word.textContent = recorder ? button.dataset.stop : button.dataset.start;
      button.classList.toggle("btn-danger", Boolean(recorder));
    }
  };
  const send = async () => {
    while (waiting.length) {
      const { action, body } = waiting[0];
      let answer;
      try {
        answer = await fetch(action, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": document.body.dataset.csrf } });
      } catch { return say(live.dataset.offline); }
      waiting = waiting.slice(1);
      say(await answer.text());
    }
  };
  const record = async (button) => {
    const form = button.closest("form");
    const { proof: id } = form.dataset, action = form.action, parts = [], until = Date.now() + button.dataset.clip * 1000;
    const body = new FormData(form);
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 640 } }); } catch { return say(live.dataset.refused); }
    recorder = new MediaRecorder(stream, { mimeType: kind, videoBitsPerSecond: BITS });
    const watch = setInterval(() => { if (Date.now() > until || !formOf(id)) recorder?.stop(); }, LOOK);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      clearInterval(watch);
      for (const track of stream.getTracks()) track.stop();
      recorder = undefined;
      body.set("kind", "clip");
      body.set("key", crypto.randomUUID()); /* a camera is there only where this is too */
      body.delete("csrfmiddlewaretoken");
      body.set("file", new Blob(parts, { type: kind }), "clip");
      waiting.push({ action, body });
      draw();
      send();
    }, { once: true });
    recorder.start(1000);
    say(live.dataset.recording);
    draw();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clip]");
    if (!button) return;
    if (recorder) recorder.stop(); else record(button);
    document.querySelector("form[data-scan-station] input[name=code]")?.focus();
  });
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => { if (recorder || waiting.length) event.preventDefault(); });
  new MutationObserver(draw).observe(document.querySelector(".station"), { childList: true });
  draw();
})();
