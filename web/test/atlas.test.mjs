import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/atlas.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});
const { compare, nearest, sides } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

test("compares two lists of neighbours, nearest first", () => {
  assert.deepEqual(compare([3, 1, 2], [2, 4, 3]), { both: [3, 2], first: [1], second: [4] });
  assert.deepEqual(compare([1], [1]), { both: [1], first: [], second: [] });
  assert.deepEqual(compare([1], [2]), { both: [], first: [1], second: [2] });
});

test("suggests the words that share most of a beginning, the shortest first", () => {
  const words = ["prince", "princess", "print", "king", "Kingdom", "kind", "ox"];
  assert.deepEqual(nearest(words, "princes"), ["princess"]);
  assert.deepEqual(nearest(words, "printer"), ["print"]);
  assert.deepEqual(nearest(words, "prinz"), ["print", "prince", "princess"]);
  assert.deepEqual(nearest(words, "kingly"), ["king", "Kingdom"]);
  assert.deepEqual(nearest(words, "king", 1), ["king"]);
  assert.deepEqual(nearest(words, "k"), ["king", "kind", "Kingdom"]);
  assert.deepEqual(nearest(words, "zebra"), []);
  assert.deepEqual(nearest(words, ""), []);
});

const frame = { width: 300, height: 200 };

test("puts a label beside its point, or where there is room", () => {
  assert.deepEqual(sides([{ x: 150, y: 100, text: "word" }], frame, 15), ["middle right"]);
  assert.deepEqual(sides([{ x: 290, y: 100, text: "word" }], frame, 15), ["middle left"]);
  assert.deepEqual(sides([{ x: 30, y: 100, text: "word" }], { width: 60, height: 200 }, 15), ["top center"]);
  assert.deepEqual(sides([{ x: 30, y: 8, text: "word" }], { width: 60, height: 200 }, 15), ["bottom center"]);
});

test("gives no label rather than one over another, but the last one its own wherever one fits", () => {
  const crowd = Array.from({ length: 9 }, (_, nth) => ({ x: 150 + (nth % 3) * 8, y: 100 + Math.floor(nth / 3) * 8, text: "crowded" }));
  const found = sides(crowd, frame, 15);
  assert.ok(found.includes(undefined));
  assert.ok(found.at(-1));
  const around = [
    { x: 170, y: 100, text: "a" },
    { x: 130, y: 100, text: "b" },
    { x: 150, y: 83, text: "c" },
    { x: 150, y: 117, text: "d" },
    { x: 150, y: 100, text: "chosen" },
  ];
  assert.equal(sides(around, frame, 15).at(-1), "middle right");
  assert.equal(sides([around[4], ...around.slice(0, 4)], frame, 15)[0], undefined);
  assert.deepEqual(sides([{ x: -50, y: 100, text: "outside" }], frame, 15), [undefined]);
});

test("lets no two labels meet", () => {
  const places = Array.from({ length: 40 }, (_, nth) => ({
    x: (nth * 97) % 300,
    y: (nth * 61) % 200,
    text: "label".slice(0, 2 + (nth % 4)),
  }));
  const at = { "middle right": [1, 0], "middle left": [-1, 0], "top center": [0, -1], "bottom center": [0, 1] };
  const boxes = sides(places, frame, 12).flatMap((side, nth) => {
    if (!side || nth === places.length - 1) return [];
    const { x, y, text } = places[nth];
    const [w, h] = [text.length * 12 * 0.27, 6];
    return [{ x: x + at[side][0] * (w + 10), y: y + at[side][1] * (h + 9), w, h }];
  });
  assert.ok(boxes.length > 8);
  boxes.forEach((a, i) =>
    boxes.slice(i + 1).forEach((b) => assert.ok(Math.abs(a.x - b.x) >= a.w + b.w || Math.abs(a.y - b.y) >= a.h + b.h)),
  );
});
