/** The figures' colours: readable on their paper, and apart from each other for every kind of colour vision. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** The page's background, from styles/theme.css. */
const PAPER = { light: "#fffefb", dark: "#1f1c21" };

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const VISION = {
  full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const LMS = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const LAB = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];

const apply = (matrix, vector) => matrix.map((row) => row.reduce((sum, cell, i) => sum + cell * vector[i], 0));
const linear = (hex) =>
  [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
const luminance = (hex) => apply([[0.2126, 0.7152, 0.0722]], linear(hex))[0];
const oklab = (rgb) => apply(LAB, apply(LMS, rgb.map((c) => Math.min(1, Math.max(0, c)))).map(Math.cbrt));

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

for (const [scheme, paper] of Object.entries(PAPER)) {
  const path = new URL(`../../src/coursebook/templates/${scheme}.json`, import.meta.url);
  const { layout } = JSON.parse(readFileSync(path, "utf8"));

  test(`${scheme}: lines and bars have a contrast of 3, text of 4.5`, () => {
    const css = readFileSync(new URL("../styles/theme.css", import.meta.url), "utf8");
    assert.ok(css.includes(`--cb-paper: ${paper};`));
    for (const colour of layout.colorway) assert.ok(contrast(colour, paper) >= 3, `${colour} ${contrast(colour, paper)}`);
    for (const colour of [layout.font.color, layout.xaxis.tickfont.color]) assert.ok(contrast(colour, paper) >= 4.5, colour);
  });

  test(`${scheme}: any two colours differ, whoever looks`, () => {
    for (const [name, matrix] of Object.entries(VISION)) {
      const seen = layout.colorway.map((colour) => oklab(apply(matrix, linear(colour))));
      seen.forEach((a, i) =>
        seen.slice(i + 1).forEach((b, j) => {
          const distance = Math.hypot(...a.map((c, k) => c - b[k]));
          assert.ok(distance >= 0.1, `${name}: ${layout.colorway[i]} and ${layout.colorway[i + 1 + j]}, ${distance}`);
        }),
      );
    }
  });
}

const css = readFileSync(new URL("../styles/atlas.css", import.meta.url), "utf8");

for (const [nth, [scheme, paper]] of Object.entries(PAPER).entries()) {
  test(`${scheme}: what marks a word and its neighbours is seen on paper, and told apart whoever looks`, () => {
    const found = [...css.matchAll(/--cb-mark-(\w+): (#[0-9a-f]{6});/g)].slice(4 * nth, 4 * nth + 4);
    assert.deepEqual(found.map(([, name]) => name), ["chosen", "both", "first", "second"]);
    const marks = found.map(([, , colour]) => colour);
    for (const colour of marks) assert.ok(contrast(colour, paper) >= 3, `${colour} ${contrast(colour, paper)}`);
    for (const [name, matrix] of Object.entries(VISION)) {
      const seen = marks.map((colour) => oklab(apply(matrix, linear(colour))));
      seen.forEach((a, i) =>
        seen.slice(i + 1).forEach((b, j) => {
          const distance = Math.hypot(...a.map((c, k) => c - b[k]));
          assert.ok(distance >= 0.1, `${name}: ${marks[i]} and ${marks[i + 1 + j]}, ${distance}`);
        }),
      );
    }
  });
}
