import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** What a page with questions loads of ours, script and style. */
const BUDGET = 15_000;
/** Scripts that only a figure that asks for them loads, and only when it is explored. */
const BEHAVIOURS = { "atlas.js": 5_500, "rotate.js": 2_500 };
/** Scripts that one page each loads. */
const PAGES = { "deck.js": 14_000, "interview.js": 5_000, "exam.js": 7_500, "builder.js": 6_500 };

const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "coursebook-")));
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
for (const folder of folders) {
  execFileSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url)), folder]);
}
const [first, second] = folders.map((folder) => (name) => readFileSync(join(folder, name)));

test("builds the same bytes twice", () => {
  const names = readdirSync(folders[0]).sort();
  assert.deepEqual(names, [
    "atlas.js",
    "builder.js",
    "coursebook.css",
    "coursebook.js",
    "deck.css",
    "deck.js",
    "exam.css",
    "exam.js",
    "interview.js",
    "plotly-basic.min.js",
    "rotate.js",
    "template.dark.json",
    "template.light.json",
  ]);
  for (const name of names) assert.ok(first(name).equals(second(name)), name);
});

test("keeps what every page loads within its budget", () => {
  const size = ["coursebook.js", "coursebook.css"].reduce((sum, name) => sum + gzipSync(first(name)).length, 0);
  assert.ok(size < BUDGET, `${size} bytes gzipped`);
});

test("keeps what one page loads for itself within its budget, and the scheduler on the deck's page", () => {
  for (const [name, budget] of Object.entries(PAGES)) {
    const size = gzipSync(first(name)).length;
    assert.ok(size < budget, `${name}: ${size} bytes gzipped`);
    assert.equal(/learning_steps/.test(first(name).toString()), name === "deck.js", name);
  }
  assert.doesNotMatch(first("coursebook.js").toString(), /learning_steps|showModal/);
});

test("keeps what a figure loads for itself within its budget, and out of what every page loads", () => {
  for (const [name, budget] of Object.entries(BEHAVIOURS)) {
    const size = gzipSync(first(name)).length;
    assert.ok(size < budget, `${name}: ${size} bytes gzipped`);
    assert.doesNotMatch(first(name).toString(), /\bimport\b/, `${name} stands alone`);
  }
  assert.doesNotMatch(first("coursebook.js").toString(), /^import|Find a word|Turn left/m);
});

test("ships nothing that a Content-Security-Policy without unsafe-eval refuses", () => {
  for (const name of ["coursebook.js", "plotly-basic.min.js", ...Object.keys(BEHAVIOURS), ...Object.keys(PAGES)]) {
    assert.doesNotMatch(first(name).toString(), /\bnew Function\b|[^.\w]eval\(/, name);
  }
});

test("fetches nothing from elsewhere", () => {
  for (const name of ["coursebook.js", "coursebook.css", "deck.css", "exam.css", ...Object.keys(BEHAVIOURS), ...Object.keys(PAGES)]) {
    assert.doesNotMatch(first(name).toString().replace("http://www.w3.org/2000/svg", ""), /https?:\/\//, name);
  }
  assert.match(first("coursebook.js").toString(), /showSendToCloud:(!1|false)/);
});
