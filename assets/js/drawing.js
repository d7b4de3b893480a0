// Draws a process with bpmn-js and lights the steps that are done, under way or refused. A bundle
// of its own: only pages with a drawing load it. Without script the list of steps stands there.
import Viewer from "bpmn-js/lib/Viewer.js";

const SIGNS = { done: "✓", now: "●", refused: "✕", skipped: "–" };
const PASSED = new Set(["done", "skipped"]);
const REACHED = new Set(["done", "now", "refused", "skipped"]);

/** Which arrows and signs belong to the way that was gone: from one lit step to the next. */
function path(start, lit) {
  const seen = new Map();
  const passed = (node) => lit[node.id] ? PASSED.has(lit[node.id]) : node.type === "bpmn:StartEvent"
    || /Gateway$/.test(node.type) && reached(node);
  function reached(node) {
    if (lit[node.id]) return REACHED.has(lit[node.id]);
    if (!/Gateway$/.test(node.type)) return node.type === "bpmn:StartEvent";
    if (!seen.has(node.id)) {
      seen.set(node.id, false);
      seen.set(node.id, node.incoming.some((edge) => passed(edge.source))
        && node.outgoing.some((edge) => reached(edge.target)));
    }
    return seen.get(node.id);
  }
  return start.filter((edge) => edge.type === "bpmn:SequenceFlow" && passed(edge.source) && reached(edge.target));
}

async function draw(figure) {
  const host = figure.querySelector(".drawing-scroll");
  const { xml, lit, words } = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  host.hidden = false;
  const sheet = document.createElement("div");
  sheet.className = "drawing-sheet";
  host.append(sheet);
  const viewer = new Viewer({
    container: sheet,
    bpmnRenderer: {
      defaultFillColor: "var(--surface)",
      defaultStrokeColor: "var(--text-2)",
      defaultLabelColor: "var(--text)",
    },
    textRenderer: {
      defaultStyle: { fontFamily: '"Be Vietnam Pro", system-ui, sans-serif', fontSize: 12.5, lineHeight: 1.25 },
      externalStyle: { fontSize: 11.5, lineHeight: 1.2 },
    },
  });
  try {
    await viewer.importXML(xml);
  } catch {
    host.remove();
    return;
  }
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const overlays = viewer.get("overlays");
  const { inner } = canvas.viewbox();
  const room = figure.clientWidth - 2;
  const scale = Math.min(1, Math.max(0.94, room / (inner.width + 24)));
  sheet.style.width = `${Math.ceil((inner.width + 24) * scale)}px`;
  sheet.style.height = `${Math.ceil((inner.height + 40) * scale)}px`;
  canvas.resized();
  canvas.viewbox({ x: inner.x - 12, y: inner.y - 12, width: inner.width + 24, height: inner.height + 40 });
  const svg = sheet.querySelector("svg");
  svg.setAttribute("aria-hidden", "true"); // the list of steps speaks instead
  svg.removeAttribute("tabindex");

  for (const step of registry.filter((one) => one.type === "bpmn:UserTask")) canvas.addMarker(step, "is-step");
  for (const [id, state] of Object.entries(lit)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, `lit-${state}`);
    if (!SIGNS[state]) continue;
    const sign = document.createElement("span");
    sign.className = `lit-sign is-${state}`;
    sign.title = words[state];
    sign.textContent = SIGNS[state];
    overlays.add(id, { position: { top: -10, right: 12 }, html: sign });
  }
  if (Object.keys(lit).length) {
    for (const edge of path(registry.filter((one) => one.waypoints), lit)) canvas.addMarker(edge, "lit-path");
  }
  viewer.on("element.click", ({ element }) => {
    const row = document.getElementById(`step-${element.id}`);
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.classList.add("is-found");
    setTimeout(() => row.classList.remove("is-found"), 1600);
  });
  for (const element of registry.filter((one) => document.getElementById(`step-${one.id}`))) {
    canvas.addMarker(element, "leads-on");
  }
  figure.classList.add("is-drawn");
  if (host.scrollWidth > host.clientWidth) {
    const hint = document.createElement("p");
    hint.className = "drawing-hint";
    hint.textContent = `↔ ${words.wide}`;
    host.after(hint);
  }
  const now = Object.keys(lit).find((id) => lit[id] === "now");
  if (now && registry.get(now)) {
    const { x, width } = registry.get(now);
    host.scrollLeft = Math.max(0, (x + width / 2 - inner.x) * scale - host.clientWidth / 2);
  }
}

function begin() {
  for (const figure of document.querySelectorAll("figure[data-nt-drawing]:not([data-nt-begun])")) {
    figure.dataset.ntBegun = "";
    draw(figure);
  }
}
document.addEventListener("htmx:afterSettle", begin);
begin();
