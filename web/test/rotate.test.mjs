import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/rotate.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});
const { label, prepare, project, radius, sizes } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

const { PI, sin, cos } = Math;
const points = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [-0.3, 2.5, 0.7],
  [4, -1.25, -3],
];
const cameras = [0, 35, 90, 123.4, 180, 270, 355].flatMap((azimuth) => [-90, -45, 0, 20, 89].map((elevation) => ({ azimuth, elevation })));

function near(found, expected, what) {
  assert.equal(found.length, expected.length, what);
  found.forEach((one, nth) => assert.ok(Math.abs(one - expected[nth]) < 1e-12, `${what}: ${one}, not ${expected[nth]}`));
}

test("projects as the formula says, from every side", () => {
  for (const { azimuth, elevation } of cameras) {
    const [az, el] = [azimuth, elevation].map((degrees) => (degrees * PI) / 180);
    const found = project(points, { azimuth, elevation });
    const name = `${azimuth}, ${elevation}`;
    near(
      found.x,
      points.map(([x, y]) => -sin(az) * x + cos(az) * y),
      `x from ${name}`,
    );
    near(
      found.y,
      points.map(([x, y, z]) => -cos(az) * sin(el) * x - sin(az) * sin(el) * y + cos(el) * z),
      `y from ${name}`,
    );
    near(
      found.depth,
      points.map(([x, y, z]) => cos(az) * cos(el) * x + sin(az) * cos(el) * y + sin(el) * z),
      `depth from ${name}`,
    );
  }
});

test("shows known points where they are known to be", () => {
  const front = project(points.slice(0, 3), { azimuth: 0, elevation: 0 });
  near(front.x, [0, 1, 0], "x");
  near(front.y, [0, 0, 1], "y");
  near(front.depth, [1, 0, 0], "depth");
  near(project(points.slice(0, 3), { azimuth: 90, elevation: 90 }).x, [-1, 0, 0], "x from above");
});

test("gives the same picture after a whole turn, either way and several times", () => {
  for (const { azimuth, elevation } of cameras) {
    const picture = project(points, { azimuth, elevation });
    for (const turns of [-3, -1, 1, 7]) {
      const turned = project(points, { azimuth: azimuth + 360 * turns, elevation });
      for (const axis of ["x", "y", "depth"]) near(turned[axis], picture[axis], `${axis} after ${turns} turns`);
    }
  }
});

test("keeps lengths: what is flat and what is deep together are the whole", () => {
  for (const camera of cameras) {
    const { x, y, depth } = project(points, camera);
    near(
      x.map((one, nth) => Math.hypot(one, y[nth], depth[nth])),
      points.map((point) => Math.hypot(...point)),
      "length",
    );
  }
});

test("leaves the points as they are", () => {
  const frozen = points.map((point) => Object.freeze([...point]));
  project(Object.freeze(frozen), cameras[0]);
});

test("draws from 5 to 11, the nearest largest", () => {
  const largest = radius(points);
  assert.equal(largest, Math.hypot(4, -1.25, -3));
  assert.deepEqual(sizes([-largest, 0, largest / 2, largest], largest), [5, 8, 9.5, 11]);
  assert.deepEqual(sizes([0], radius([[0, 0, 0]])), [8]);
  assert.equal(radius([]), 0);
});

const drawing = () => ({
  data: [
    {
      text: ["a", "b"],
      x: [1, 2],
      y: [3, 4],
      customdata: [
        [1, 0, 0],
        [0, 2, 0],
      ],
      mode: "markers",
    },
    { text: ["c"], x: [5], y: [6], customdata: [[0, 0, 1]], mode: "markers" },
  ],
  layout: {
    xaxis: { visible: false, range: [0, 1] },
    annotations: [
      { x: 2, y: 4, text: "b" },
      { x: 2, y: 5, text: "b" },
      { x: 5, y: 6, text: "a note on c" },
    ],
  },
});

test("makes a word beside its point the point's, and lets other notes stand", () => {
  const { data, layout } = label(drawing(), false);
  assert.deepEqual(data[0].texttemplate, ["", "b"]);
  assert.equal(data[0].mode, "markers+text");
  assert.deepEqual(data[1], drawing().data[1]);
  assert.deepEqual(layout.annotations, drawing().layout.annotations.slice(1));
  assert.deepEqual(label({ data, layout }, false), { data: [{ ...data[0], texttemplate: data[0].texttemplate }, data[1]], layout });
});

test("drops the words beside points where it is narrow", () => {
  const { data, layout } = label(drawing(), true);
  assert.deepEqual(data, drawing().data);
  assert.deepEqual(layout.annotations, drawing().layout.annotations.slice(1));
});

test("frames all that turning can show, at one scale, and keeps what else the axes say", () => {
  const { layout } = prepare(drawing(), false);
  const [low, high] = layout.xaxis.range;
  assert.equal(low, -high);
  assert.ok(high > 2 && high < 2.2);
  assert.deepEqual(layout.yaxis.range, layout.xaxis.range);
  assert.equal(layout.yaxis.scaleanchor, "x");
  assert.equal(layout.xaxis.visible, false);
  assert.equal(layout.dragmode, false);
});
