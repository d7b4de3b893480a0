// Menus are <details>: they work alone. This closes them on Escape or a click elsewhere, and gives
// the phone's side menu (a :target) its Escape key.
function closeAll(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeAll(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  closeAll();
  menu?.querySelector("summary").focus();
  for (const raw of document.querySelectorAll(".raw")) raw.classList.add("hush");
  if (location.hash === "#side") {
    location.hash = "#top";
    document.querySelector(".menu-open")?.focus();
  }
});

// A tooltip silenced by Escape speaks again the next time it is asked.
for (const type of ["mouseover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const raw = event.target.closest?.(".raw.hush");
    if (raw && !raw.contains(event.relatedTarget)) raw.classList.remove("hush");
  });
}

window.addEventListener("hashchange", () => {
  if (location.hash === "#side") document.querySelector("#side a")?.focus();
});
