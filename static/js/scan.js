/* Scanning: a scanner types a code and Enter, faster than answers come. The field is emptied at once
   and codes go out one after the other, so that none is lost. Without script the form is posted. */
"use strict";

(() => {
  const TONES = { good: [[880, 0, 0.09]], over: [[660, 0, 0.12], [660, 0.18, 0.12]], bad: [[180, 0, 0.4]] };
  let audio;
  let queue = Promise.resolve();

  const sound = (name) => {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context || !TONES[name]) return;
    audio = audio || new Context();
    for (const [pitch, from, length] of TONES[name]) {
      const tone = audio.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(audio.destination);
      tone.start(audio.currentTime + from);
      tone.stop(audio.currentTime + from + length);
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-scan]");
    if (!form || !window.htmx) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const field = form.querySelector("input[name=code]");
    const code = field.value.trim();
    field.value = "";
    field.focus();
    if (!code) return;
    const send = () => window.htmx.ajax("POST", form.action, {
      target: form.dataset.scan, swap: "outerHTML", values: { code },
    });
    queue = queue.then(send, send);
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    const told = document.querySelector("[data-sound]");
    if (!told) return;
    sound(told.dataset.sound);
    told.removeAttribute("data-sound");
  });
})();
