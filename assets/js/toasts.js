// Good news leaves by itself; warnings and errors wait until they are closed.
const STAY = 8000;

function watch(toast) {
  if (!toast.matches("[data-nt-brief]")) return;
  let timer = setTimeout(() => toast.remove(), STAY);
  for (const type of ["mouseenter", "focusin"]) toast.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["mouseleave", "focusout"]) {
    toast.addEventListener(type, () => { timer = setTimeout(() => toast.remove(), STAY); });
  }
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-nt-dismiss]")?.closest(".toast-note")?.remove();
});
document.querySelectorAll(".toast-note").forEach(watch);

const region = document.querySelector(".toasts");
if (region) {
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.(".toast-note")) watch(node);
    }
  }).observe(region, { childList: true });
}

// A part that could not be fetched says so; what stood on the page stays.
for (const type of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(type, () => {
    const words = document.querySelector("template[data-nt-failed]");
    if (region && words) region.append(words.content.cloneNode(true));
  });
}
