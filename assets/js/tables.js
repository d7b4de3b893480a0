// A click on a row opens its first link, unless the person is selecting text or meant something else.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-nt-row]");
  if (!row || event.target.closest("a, button, input, select, label, summary")) return;
  if (String(window.getSelection())) return;
  const link = row.querySelector("a[href]");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

// Filters without htmx apply themselves as soon as a choice is made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-nt-auto]");
  if (form && !form.hasAttribute("hx-get") && event.target.matches("select, input")) form.requestSubmit();
});

// One box in the head of a table chooses every row that can be chosen.
document.addEventListener("change", (event) => {
  const all = event.target.closest("input[data-nt-all]");
  const form = all && all.closest("form");
  if (!form) return;
  for (const box of form.querySelectorAll(`input[type=checkbox][name="${all.dataset.ntAll}"]`)) box.checked = all.checked;
});
