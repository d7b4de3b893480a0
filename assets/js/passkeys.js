// <form data-nt-passkey="get|create" data-nt-passkey-options="JSON">: the browser is asked for a
// key, its answer goes into the field `credential`, and the form is sent as any other.
// data-nt-passkey-url instead of options: they are fetched when the button is pressed.

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0),
);
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function forCreate(given, alone) {
  const key = given.publicKey ?? given;
  return {
    ...key,
    challenge: bytes(key.challenge),
    user: { ...key.user, id: bytes(key.user.id) },
    excludeCredentials: (key.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
    authenticatorSelection: {
      ...key.authenticatorSelection,
      ...(alone ? { residentKey: "required", requireResidentKey: true, userVerification: "required" } : {}),
    },
  };
}

function forGet(given) {
  const key = given.publicKey ?? given;
  return {
    ...key,
    challenge: bytes(key.challenge),
    allowCredentials: (key.allowCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
  };
}

function asJson(credential) {
  const { response } = credential;
  const sent = { clientDataJSON: words(response.clientDataJSON) };
  if (response.attestationObject) {
    sent.attestationObject = words(response.attestationObject);
    sent.transports = response.getTransports?.() ?? [];
  } else {
    sent.authenticatorData = words(response.authenticatorData);
    sent.signature = words(response.signature);
    sent.userHandle = response.userHandle ? words(response.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: words(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: sent,
  });
}

function fail(form, why) {
  for (const note of form.querySelectorAll("[data-nt-passkey-failed]")) {
    note.hidden = note.dataset.ntPasskeyFailed !== why;
  }
}

async function optionsOf(form) {
  if (form.dataset.ntPasskeyOptions) return JSON.parse(form.dataset.ntPasskeyOptions);
  const answer = await fetch(form.dataset.ntPasskeyUrl, { headers: { Accept: "application/json" } });
  return answer.json();
}

async function ask(form) {
  if (!window.PublicKeyCredential) {
    fail(form, window.isSecureContext ? "unsupported" : "insecure");
    return;
  }
  try {
    const given = await optionsOf(form);
    const credential = form.dataset.ntPasskey === "create"
      ? await navigator.credentials.create({ publicKey: forCreate(given, form.elements.passwordless?.checked) })
      : await navigator.credentials.get({ publicKey: forGet(given) });
    form.elements.credential.value = asJson(credential);
    form.submit();
  } catch (error) {
    fail(form, error.name === "SecurityError" ? "insecure" : "cancelled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-nt-passkey]");
  if (!form) return;
  event.preventDefault();
  fail(form, "");
  ask(form);
});
