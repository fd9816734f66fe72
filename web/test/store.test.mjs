import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "../load.mjs";

const { Store, parse } = await load("store");

const FOLDER = new URL("storage/", import.meta.url);
const FIXTURES = readdirSync(FOLDER).sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
const fixture = (name) => readFileSync(new URL(name, FOLDER), "utf8").trim();
const EMPTY = '{"version":1,"log":[],"settings":{}}';

/** A browser's storage; `full` refuses to write, `closed` to read as well. */
function browser(text, { full = false, closed = false } = {}) {
  const said = [];
  const storage = {
    text,
    full,
    writes: 0,
    getItem: () => storage.text ?? null,
    setItem(key, value) {
      assert.equal(key, "coursebook");
      if (storage.full) throw new DOMException("full", "QuotaExceededError");
      [storage.text, storage.writes] = [value, storage.writes + 1];
    },
    removeItem(key) {
      assert.equal(key, "coursebook");
      storage.text = null;
    },
  };
  const open = () => {
    if (closed) throw new DOMException("closed", "SecurityError");
    return storage;
  };
  return { storage, said, store: new Store(open, (trouble) => said.push(trouble)), open };
}

test("keeps answers and settings, and finds them again", () => {
  const { storage, store, open, said } = browser();
  assert.deepEqual(store.log, []);
  store.add("a", "h1", 3, 2000);
  store.add("b", "h2", 1, 1000);
  store.set("retention", 0.85);
  assert.deepEqual(JSON.parse(storage.text), {
    version: 1,
    log: [
      ["b", "h2", 1000, 1],
      ["a", "h1", 2000, 3],
    ],
    settings: { retention: 0.85 },
  });
  const again = new Store(open, assert.fail);
  assert.deepEqual(again.log, store.log);
  assert.deepEqual(again.settings, { retention: 0.85 });
  assert.deepEqual(said, []);
});

test("takes the time of an answer from the clock", () => {
  const { store } = browser();
  const before = Date.now();
  store.add("a", "h", 4);
  assert.ok(store.log[0][2] >= before && store.log[0][2] <= Date.now());
});

test("loses nothing where two pages write", () => {
  const { store, open } = browser();
  const other = new Store(open, assert.fail);
  store.add("a", "h", 3, 1);
  other.add("b", "h", 3, 2);
  store.add("c", "h", 3, 3);
  other.set("x", 1);
  store.set("y", 2);
  assert.deepEqual(
    other.log.map(([id]) => id),
    ["a", "b", "c"],
  );
  assert.deepEqual(other.settings, { x: 1, y: 2 });
});

for (const name of FIXTURES) {
  test(`opens a storage of version ${Number.parseInt(name)}`, () => {
    const { store, said } = browser(fixture(name));
    assert.deepEqual(store.log, [
      ["returns-knee", "9f2c", 1790000000000, 1],
      ["returns-knee", "9f2c", 1790000060000, 2],
      ["passk", "07ab", 1790000090000, 3],
    ]);
    assert.deepEqual(store.settings, { retention: 0.9 });
    assert.deepEqual(said, []);
  });
}

test("has a fixture of every version, the present one included", () => {
  const { version } = parse(EMPTY);
  assert.deepEqual(
    FIXTURES,
    Array.from({ length: version }, (_, index) => `${index + 1}.json`),
  );
});

test("migrates step by step, from wherever it stands", () => {
  const chain = [
    (state) => ({ version: 2, log: state.answers, settings: {} }),
    (state) => ({ ...state, version: 3, settings: { steps: state.log.length } }),
  ];
  const log = [["a", "h", 1, 3]];
  const expected = { version: 3, log, settings: { steps: 1 } };
  assert.deepEqual(parse(JSON.stringify({ version: 1, answers: log }), chain), expected);
  assert.deepEqual(parse(JSON.stringify({ version: 2, log, settings: {} }), chain), expected);
  assert.deepEqual(parse(JSON.stringify({ version: 3, log, settings: { steps: 1 } }), chain), expected);
  assert.throws(() => parse(JSON.stringify({ version: 4, log, settings: {} }), chain), /later version/);
});

const STRANGE = [
  ['{"version":2,"log":{"new":"shape"},"settings":{}}', /later version/],
  ["{", /no record/],
  ["[]", /no record/],
  ["null", /no record/],
  ['{"log":[],"settings":{}}', /no record/],
  ['{"version":0,"log":[],"settings":{}}', /no record/],
  ['{"version":1.5,"log":[],"settings":{}}', /no record/],
  ['{"version":1,"log":[]}', /damaged/],
  ['{"version":1,"log":[],"settings":[]}', /damaged/],
  ['{"version":1,"log":{},"settings":{}}', /damaged/],
  ...['[1,"h",1,1]', '["a",1,1,1]', '["a","h","1",1]', '["a","h",1,5]', '["a","h",1,1,1]', '["a","h",1]', '"a"', "null"].map(
    (entry) => [`{"version":1,"log":[${entry}],"settings":{}}`, /damaged/],
  ),
];

test("leaves what it cannot read untouched, says so once, and goes on", () => {
  for (const [text, trouble] of STRANGE) {
    const { storage, store, said } = browser(text);
    store.add("a", "h", 3, 1);
    store.set("x", 1);
    store.add("b", "h", 3, 2);
    assert.deepEqual([storage.text, storage.writes], [text, 0]);
    assert.deepEqual(
      store.log.map(([id]) => id),
      ["a", "b"],
    );
    assert.deepEqual(store.settings, { x: 1 });
    assert.equal(said.length, 1);
    assert.match(said[0], trouble);
    assert.equal(store.text(), text, "what is exported is what is stored");
  }
});

test("imports no file that it cannot read, and changes nothing", () => {
  for (const [text, trouble] of STRANGE) {
    const { storage, store, said } = browser(fixture("1.json"));
    assert.throws(() => store.merge(text), trouble);
    assert.deepEqual([storage.text, storage.writes, said.length], [fixture("1.json"), 0, 0]);
  }
});

test("goes on where the browser lets it store nothing", () => {
  const { store, said } = browser(null, { closed: true });
  store.add("a", "h", 3, 1);
  store.set("x", 1);
  assert.equal(store.merge(fixture("1.json")), 3);
  assert.equal(store.log.length, 4);
  assert.deepEqual(parse(store.text()).log, store.log);
  assert.equal(said.length, 1);
  assert.match(said[0], /store nothing/);
});

test("holds what a full storage refuses, says so once, and writes it when there is room", () => {
  const { storage, store, said } = browser(fixture("1.json"), { full: true });
  store.add("a", "h", 3, 1);
  store.add("b", "h", 3, 2);
  assert.equal(store.log.length, 5);
  assert.equal(storage.text, fixture("1.json"));
  assert.equal(said.length, 1);
  assert.match(said[0], /full/);
  storage.full = false;
  store.set("x", 1);
  assert.equal(JSON.parse(storage.text).log.length, 5);
  assert.equal(store.log.length, 5);
});

test("exports a file that another browser imports, each entry once", () => {
  const first = browser(fixture("1.json")).store;
  const { store } = browser();
  store.set("retention", 0.8);
  store.add("passk", "07ab", 3, 1790000090000);
  store.add("own", "h", 4, 1);
  assert.equal(store.merge(first.text()), 2);
  assert.equal(store.merge(first.text()), 0);
  assert.deepEqual(
    store.log.map(([id]) => id),
    ["own", "returns-knee", "returns-knee", "passk"],
  );
  assert.deepEqual(store.settings, { retention: 0.8 });
  const twice = '{"version":1,"log":[["z","h",5,3],["z","h",5,3]],"settings":{"other":1}}';
  assert.equal(store.merge(twice), 1);
  assert.deepEqual(store.settings, { retention: 0.8, other: 1 });
});

test("forgets everything when it is told to, also what it cannot read", () => {
  for (const text of [fixture("1.json"), STRANGE[0][0]]) {
    const { storage, store, open } = browser(text);
    store.add("a", "h", 3, 1);
    store.clear();
    assert.equal(storage.text, null);
    assert.deepEqual(store.log, []);
    store.add("b", "h", 3, 2);
    assert.deepEqual(new Store(open, assert.fail).log, [["b", "h", 2, 3]]);
  }
  const closed = browser(null, { closed: true }).store;
  closed.add("a", "h", 3, 1);
  closed.clear();
  assert.deepEqual(closed.log, []);
});
