import htmx from "htmx.org";
import "./dialogs.js";
import "./display.js";
import "./files.js";
import "./idle.js";
import "./menus.js";
import "./passkeys.js";
import "./tables.js";
import "./toasts.js";

document.documentElement.classList.add("js");

// The content security policy forbids eval and inline styles; personal data never stays in the
// browser's storage; a form that came back with its errors (422) is shown like any other answer.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  attributesToSettle: ["class", "width", "height"],
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") {
    detail.headers["X-CSRFToken"] = cookie("csrftoken");
  } else if (detail.elt.matches("form[data-nt-auto]")) {
    // The address of a filtered list names only the filters that are on.
    detail.path = location.pathname;
    for (const [name, value] of [...detail.formData.entries()]) {
      if (value === "") detail.formData.delete(name);
    }
  }
});

// After a refused form the eye and the screen reader start at the summary of what is wrong.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  detail.elt.querySelector?.("[data-nt-errors]")?.focus();
});
document.querySelector("[data-nt-errors]")?.focus();
