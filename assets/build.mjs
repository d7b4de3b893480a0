// Builds static/ui/{app.css, app.js, drawing.css, drawing.js, icons.svg, fonts/} from npm packages and assets/.
// Deterministic: the same lock file and sources give the same bytes.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync, watch } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const out = join(root, "src/ngangtam/foundation/ui/static/ui");
const work = join(root, "build/assets");
// The oldest browsers that offices still have: Chrome 109 is the last one on Windows 7 and 8.
const target = ["chrome109", "edge109", "firefox115", "safari16"];

/** Tabler's foundation (reset, grid, utilities) as plain CSS in its own cascade layer. */
async function tabler() {
  const entry = join(root, "assets/css/tabler.scss");
  const { css } = sass.compile(entry, { loadPaths: [modules], quietDeps: true, logger: sass.Logger.silent });
  await writeFile(join(work, "tabler.css"), css);
}

/** The dark tokens are written once and used twice: chosen by hand, and chosen by the system. */
async function themes() {
  const dark = await readFile(join(root, "assets/css/dark.tokens"), "utf8");
  const css = `:root[data-theme="dark"] {\n${dark}}\n`
    + `@media screen and (prefers-color-scheme: dark) {\n:root[data-theme="auto"] {\n${dark}}\n}\n`;
  await writeFile(join(work, "dark.css"), css);
}

/** Only the subsets that Vietnamese and English need, in the four weights that the styles use. */
async function fonts() {
  const from = join(modules, "@fontsource/be-vietnam-pro");
  const ranges = JSON.parse(await readFile(join(from, "unicode.json"), "utf8"));
  let css = "";
  for (const weight of [400, 500, 600, 700]) {
    for (const subset of ["vietnamese", "latin-ext", "latin"]) {
      const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
      await cp(join(from, "files", name), join(out, "fonts", name));
      css += `@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-weight:${weight};`
        + `font-display:swap;src:url(fonts/${name}) format("woff2");unicode-range:${ranges[subset]}}\n`;
    }
  }
  await writeFile(join(work, "fonts.css"), css);
  // Whole TrueType files: charts and documents are drawn on the server, where woff2 is not read.
  const whole = join(modules, "@expo-google-fonts/be-vietnam-pro");
  for (const face of ["400Regular", "600SemiBold"]) {
    const name = `BeVietnamPro_${face}.ttf`;
    await cp(join(whole, face, name), join(out, "fonts", name));
  }
}

async function* walk(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !["static", "__pycache__", "locale"].includes(entry.name)) yield* walk(path);
    else if (/\.(html|py)$/.test(entry.name)) yield path;
  }
}

/** Names in assets/icons.txt, and every icon="…" or {% icon "…" %} in templates and Python. */
async function iconNames() {
  const listed = (await readFile(join(root, "assets/icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const names = new Set(listed);
  const wanted = /(?:\bicon\s*=\s*|\{%\s*icon\s+)["']([a-z0-9-]+)["']/g;
  for await (const path of walk(join(root, "src/ngangtam"))) {
    for (const match of (await readFile(path, "utf8")).matchAll(wanted)) names.add(match[1]);
  }
  names.delete("brand"); // ours, added below
  return [...names].sort();
}

async function icons() {
  const symbols = [];
  for (const name of await iconNames()) {
    const filled = name.endsWith("-filled");
    const file = join(modules, "@tabler/icons/icons", filled ? "filled" : "outline", `${name.replace(/-filled$/, "")}.svg`);
    if (!existsSync(file)) throw new Error(`no such icon: ${name}`);
    const svg = await readFile(file, "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
    const paint = filled ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24"><g ${paint}>${body}</g></symbol>`);
  }
  const own = await readFile(join(root, "assets/brand.svg"), "utf8");
  symbols.push(own.replace(/\s*\n\s*/g, ""));
  const mark = own.replace("<symbol id=\"brand\"", "<svg xmlns=\"http://www.w3.org/2000/svg\"").replace("</symbol>", "</svg>");
  await writeFile(join(out, "icon.svg"), mark);
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function bundle() {
  const common = { bundle: true, minify: true, target, legalComments: "none", logLevel: "warning" };
  await esbuild.build({
    ...common, entryPoints: [join(root, "assets/css/app.css")], outfile: join(out, "app.css"),
    external: ["fonts/*"], alias: { "@built": work },
  });
  await esbuild.build({
    ...common, entryPoints: [join(root, "assets/js/app.js")], outfile: join(out, "app.js"), format: "iife",
  });
  // Drawings of processes are heavy: a bundle of their own, loaded where one is shown.
  await esbuild.build({
    ...common, entryPoints: [join(root, "assets/js/drawing.js")], outfile: join(out, "drawing.js"), format: "iife",
  });
  await esbuild.build({
    ...common, entryPoints: [join(root, "assets/css/drawing.css")], outfile: join(out, "drawing.css"),
  });
}

async function build({ clean }) {
  const began = Date.now();
  if (clean) await rm(out, { recursive: true, force: true });
  await mkdir(join(out, "fonts"), { recursive: true });
  await mkdir(work, { recursive: true });
  await Promise.all([tabler(), themes(), fonts(), icons()]);
  await bundle();
  console.error(`assets built in ${Date.now() - began} ms`);
}

await build({ clean: true });
if (process.argv.includes("--watch")) {
  let timer;
  watch(join(root, "assets"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => build({ clean: false }).catch((error) => console.error(error.message)), 100);
  });
}
