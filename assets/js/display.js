// The display switch posts a cookie; here it also changes the page at once, without a reload.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-nt-display]");
  const choice = event.submitter;
  if (!form || !choice?.name) return;
  event.preventDefault();
  const body = new FormData(form);
  body.set(choice.name, choice.value);
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  document.documentElement.dataset[choice.name] = choice.value;
  for (const button of form.querySelectorAll(`button[name="${choice.name}"]`)) {
    button.setAttribute("aria-pressed", String(button === choice));
  }
});
