/* A form with data-passkey asks the browser for a passkey before it is sent; its answer travels in the form. */
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const read = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

  /* Options travel as JSON: what the browser wants as bytes is base64url. */
  const ceremony = async (kind, options) => {
    options.challenge = bytes(options.challenge);
    if (kind === "open") {
      options.allowCredentials = read(options.allowCredentials);
      return navigator.credentials.get({ publicKey: options });
    }
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = read(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  };
  const answer = ({ id, rawId, type, response, authenticatorAttachment }) => {
    const said = { clientDataJSON: text(response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (response[part]) said[part] = text(response[part]);
    if (response.getTransports) said.transports = response.getTransports();
    return JSON.stringify({ id, rawId: text(rawId), type, authenticatorAttachment, clientExtensionResults: {}, response: said });
  };
  const tell = (form, message) => {
    const place = form.querySelector("[data-passkey-error]");
    place.hidden = !message;
    place.textContent = message;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset?.passkey) return;
    event.preventDefault();
    tell(form, "");
    const button = event.submitter;
    if (button) button.disabled = true;
    try {
      const reply = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const options = await reply.json();
      if (!reply.ok) return tell(form, options.message || form.dataset.failed);
      form.elements.answer.value = answer(await ceremony(form.dataset.passkey, options));
      form.querySelectorAll("[type=password]").forEach((field) => { field.disabled = true; });
      form.submit();
    } catch (error) {
      tell(form, form.dataset.failed);
    } finally {
      if (button) button.disabled = false;
    }
  });

  /* Without passkeys in this browser the buttons would lead nowhere. */
  if (window.PublicKeyCredential)
    document.querySelectorAll("[data-needs-passkey]").forEach((part) => { part.hidden = false; });
})();
