// The drop zone is a file input made large: dropping works without a script. This lists what was
// chosen, with sizes, and marks the zone while something hangs over it.
function size(bytes) {
  const format = (value, unit) => `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${unit}`;
  if (bytes < 1024) return format(bytes, "B");
  return bytes < 1024 ** 2 ? format(bytes / 1024, "KB") : format(bytes / 1024 ** 2, "MB");
}

document.addEventListener("change", (event) => {
  const input = event.target.closest(".drop input[type=file]");
  const list = input?.closest("[data-nt-drop]")?.querySelector(".drop-files");
  if (!list) return;
  list.replaceChildren(...[...input.files].map((file) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const weight = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    weight.className = "size";
    weight.textContent = size(file.size);
    row.append(name, weight);
    return row;
  }));
});

for (const [type, over] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(type, (event) => {
    event.target.closest?.(".drop")?.classList.toggle("over", over);
  });
}
