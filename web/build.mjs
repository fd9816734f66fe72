/** Builds what the site ships: `node build.mjs [FOLDER]`. The same sources give the same bytes. */
import { copyFile, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = resolve(process.argv[2] ?? here("../src/coursebook/assets"));

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here("."),
  // Without shared chunks: a page loads one script, and a figure that asks for more one or two small ones.
  entryPoints: { coursebook: "src/index.ts", atlas: "src/atlas.ts", rotate: "src/rotate.ts", deck: "src/deck.ts", interview: "src/interview.ts", exam: "src/exam.ts", builder: "src/builder.ts" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
await build({
  absWorkingDir: here("."),
  entryPoints: { coursebook: "styles/index.css", deck: "styles/deck.css", exam: "styles/exam.css" },
  outdir: out,
  bundle: true,
  minify: true,
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
for (const [from, to] of [
  ["node_modules/plotly.js-basic-dist-min/plotly-basic.min.js", "plotly-basic.min.js"],
  ["../src/coursebook/templates/light.json", "template.light.json"],
  ["../src/coursebook/templates/dark.json", "template.dark.json"],
]) {
  await copyFile(here(from), `${out}/${to}`);
}
