import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "../load.mjs";

const { Keeper, canonical, fileOf, marksOf, whole } = await load("attempt");

/** A file that publish/quiz/attempts.py reads too. */
const golden = readFileSync(new URL("../../tests/cases/exam/attempt.json", import.meta.url), "utf8");
const { schema, check, ...attempt } = JSON.parse(golden);
const score = (...scores) => scores.map((one) => ({ score: one, state: "", known: null }));

test("writes the file that is handed in, byte for byte", () => {
  assert.equal(schema, 1);
  assert.equal(fileOf(attempt), golden);
  assert.equal(fileOf({ ...attempt, kept: "aside" }), golden);
  assert.notEqual(JSON.parse(fileOf({ ...attempt, started: attempt.finished })).check, check);
});

test("spells JSON in one way", () => {
  assert.equal(canonical({ b: [1, { d: null, c: "ß\u2028\u0001" }], a: 0.5 }), '{"a":0.5,"b":[1,{"c":"ß\u2028\\u0001","d":null}]}');
});

test("leaves no half of a character in a text", () => {
  assert.equal(whole("a\ud800b😀\udc00"), "a\ufffdb😀\ufffd");
  assert.deepEqual(whole([1]), [1]);
});

test("counts points and per cent, a half upwards", () => {
  assert.deepEqual(marksOf(score(1, 0.5, 0, null)), { points: 1.5, of: 3, percent: 50 });
  assert.deepEqual(marksOf(score(0.5, 0, 0, 0)), { points: 0.5, of: 4, percent: 13 });
  assert.deepEqual(marksOf(score(1 / 3, 1 / 3, 2 / 3)), { points: 1.33, of: 3, percent: 44 });
  assert.deepEqual(marksOf(score(0.125)), { points: 0.13, of: 1, percent: 13 });
  assert.deepEqual(marksOf(score(null)), { points: 0, of: 0, percent: 0 });
});

function storage() {
  const found = new Map();
  return {
    getItem: (key) => found.get(key) ?? null,
    setItem: (key, value) => void found.set(key, value),
    removeItem: (key) => void found.delete(key),
    keys: () => [...found.keys()],
  };
}

test("keeps one exam apart from another, and gives it back", () => {
  const place = storage();
  const [one, other] = ["v=1&seed=1", "v=1&seed=2"].map((link) => new Keeper(link, () => place));
  assert.equal(one.read(), undefined);
  assert.ok(one.keep(attempt));
  assert.deepEqual(one.read(), attempt);
  assert.equal(other.read(), undefined);
  assert.deepEqual(place.keys(), [one.key]);
  one.forget();
  assert.equal(one.read(), undefined);
});

test("goes on where nothing can be kept, and says so", () => {
  const refused = new Keeper("v=1", () => {
    throw new DOMException("no");
  });
  assert.equal(refused.keep(attempt), false);
  assert.equal(refused.read(), undefined);
  refused.forget();
});

test("takes nothing for an attempt that is none", () => {
  const place = storage();
  const keeper = new Keeper("v=1", () => place);
  for (const text of ["{", "null", "[]", "{}", '{"answers": []}', '{"answers": 1, "student": {"id": "s"}}']) {
    place.setItem(keeper.key, text);
    assert.equal(keeper.read(), undefined, text);
  }
});
