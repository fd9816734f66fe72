/** The small model in JavaScript writes what torch says that it writes, symbol by symbol: from every checkpoint there is. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";

/** How far a logit may lie from torch's, which golden files give to four decimals; logits reach 20 and more. */
const TOLERANCE = 5e-4;
const WEIGHTS = new URL("../../src/reasoner/weights/", import.meta.url);

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/reasoner.ts", import.meta.url))],
  format: "esm",
  write: false,
});
const { Model, SYMBOLS, unpack } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

const names = readdirSync(WEIGHTS).flatMap((file) => /^(.*)\.npz$/.exec(file)?.[1] ?? []);
const weightsOf = async (name) => unpack(new Uint8Array(readFileSync(new URL(`${name}.npz`, WEIGHTS))));
const goldenOf = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, WEIGHTS), "utf8"));
const textOf = (written) => written.map(({ symbol }) => symbol).join("");

/** The largest difference from a golden file's logits, where the responses are the same. */
function compare(model, { prompts, responses, logits }) {
  let worst = 0;
  prompts.forEach((prompt, nth) => {
    const written = [...model.write(prompt, { limit: 260 })];
    assert.equal(textOf(written), responses[nth], prompt);
    for (const [place, row] of (logits[nth] ?? []).entries()) {
      assert.equal(row.length, written[place].logits.length);
      row.forEach((logit, code) => (worst = Math.max(worst, Math.abs(logit - written[place].logits[code]))));
    }
  });
  return worst;
}

test("there are checkpoints to test", () => {
  assert.ok(names.length > 0);
});

for (const name of names) {
  test(`${name} writes what torch says`, async () => {
    const golden = goldenOf(name);
    assert.ok(golden.prompts.length > golden.logits.length && golden.logits.every((rows) => rows.length > 1));
    const worst = compare(new Model(await weightsOf(name)), golden);
    assert.ok(worst < TOLERANCE, `a logit differs by ${worst}`);
  });
}

test("an array that is one percent off is noticed", async () => {
  const [weights, { prompts, responses, logits }] = [await weightsOf("traced_1"), goldenOf("traced_1")];
  const golden = { prompts: prompts.slice(0, 1), responses, logits };
  assert.ok(compare(new Model(weights), golden) < TOLERANCE);
  for (const [name, array] of Object.entries(weights)) {
    const changed = new Model({ ...weights, [name]: array.map((weight) => 1.01 * weight) });
    const text = textOf([...changed.write(prompts[0], { limit: 260 })]);
    assert.ok(text !== responses[0] || compare(changed, golden) > 2 * TOLERANCE, name);
  }
});

// -- a model of one's own: width 8, two layers, numbers made by a rule --------------------------------------------------

function small(vocabulary = 21) {
  const [d, layers] = [8, 2];
  let state = 7;
  const numbers = (count, scale) =>
    Float32Array.from({ length: count }, () => scale * (((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1));
  return new Model({
    embed: numbers(vocabulary * d, 2),
    head: numbers(vocabulary * d, 2),
    norm: numbers(d, 2),
    norm1: numbers(layers * d, 2),
    norm2: numbers(layers * d, 2),
    qkv: numbers(layers * d * 3 * d, 1),
    out: numbers(layers * d * d, 1),
    up: numbers(layers * d * 4 * d, 1),
    down: numbers(layers * 4 * d * d, 1),
  });
}

function softmax(logits, temperature = 1) {
  const raised = [...logits].map((one) => Math.exp(one / temperature));
  const sum = raised.reduce((all, one) => all + one);
  return raised.map((one) => one / sum);
}

const first = (written) => written.next().value;

test("going on from what was written is the same as going on", () => {
  const model = small();
  const [prompt, manner] = ["34*5=", { limit: 12, temperature: 1, chance: () => 0.9 }];
  const whole = [...model.write(prompt, manner)];
  assert.equal(whole.length, 12);
  whole.forEach(({ symbol, logits }, place) => {
    const again = first(model.write(prompt + textOf(whole.slice(0, place)), manner));
    assert.equal(again.symbol, symbol);
    assert.deepEqual(again.logits, logits);
  });
});

test("writes a symbol when it is asked for one, and computes nothing before", () => {
  let drawn = 0;
  const written = small().write("1+1=", { limit: 5, temperature: 1, chance: () => (drawn++, 0.5) });
  assert.equal(drawn, 0);
  for (const wanted of [1, 2, 3]) {
    assert.equal(written.next().done, false);
    assert.equal(drawn, wanted);
  }
});

test("stops at the limit, and after a newline", () => {
  const model = small();
  assert.equal([...model.write("7*7=", { limit: 3, temperature: 1, chance: () => 0.5 })].length, 3);
  assert.deepEqual(textOf([...model.write("7*7=", { limit: 3, temperature: 1, chance: () => 0 })]), "\n");
  assert.deepEqual([...model.write("7*7=", { limit: 0 })], []);
});

test("greedy takes the likeliest symbol, and says how likely it was", () => {
  for (const { symbol, probability, logits } of small().write("90+8=", { limit: 9 })) {
    const shares = softmax(logits);
    assert.equal(SYMBOLS.indexOf(symbol), shares.indexOf(Math.max(...shares)));
    assert.ok(Math.abs(probability - Math.max(...shares)) < 1e-6);
  }
});

test("samples in the proportions of the softmax at its temperature; the probabilities are those at temperature 1", () => {
  const [model, draws] = [small(), 2000];
  for (const temperature of [0.5, 1, 2]) {
    const counts = new Map();
    for (let nth = 0; nth < draws; nth++) {
      const one = first(model.write("5", { limit: 1, temperature, chance: () => (nth + 0.5) / draws }));
      counts.set(one.symbol, (counts.get(one.symbol) ?? 0) + 1);
      assert.ok(Math.abs(one.probability - softmax(one.logits)[SYMBOLS.indexOf(one.symbol)]) < 1e-6);
    }
    const shares = softmax(first(model.write("5", { limit: 1 })).logits, temperature);
    shares.forEach((share, code) => assert.ok(Math.abs((counts.get(SYMBOLS[code]) ?? 0) / draws - share) <= 1 / draws));
  }
});

test("knows the symbols that its checkpoint has, and no others", () => {
  assert.equal(small().symbols, SYMBOLS.slice(0, 21));
  assert.equal(small(SYMBOLS.length).symbols, SYMBOLS);
  for (const prompt of ["", "a3*4=", "3 * 4=", "3×4="]) {
    assert.throws(() => first(small().write(prompt, { limit: 1 })), RangeError, prompt);
  }
  assert.ok(first(small(SYMBOLS.length).write("a3*4=", { limit: 1 })));
});

// -- files --------------------------------------------------------------------------------------------------------------

const NAMES = ["embed", "head", "norm", "norm1", "norm2", "qkv", "out", "up", "down"];

function npy(bits, descr = "<f2") {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${bits.length},), }`.padEnd(117) + "\n";
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"),
    Buffer.from(header),
    Buffer.from(Uint16Array.from(bits).buffer),
  ]);
}

function zip(members) {
  const [locals, entries] = [[], []];
  let offset = 0;
  for (const [name, content] of members) {
    const body = deflateRawSync(content);
    const [local, entry] = [Buffer.alloc(30), Buffer.alloc(46)];
    local.writeUInt16LE(name.length + 4, 26);
    local.writeUInt16LE(20, 28); // NumPy writes sizes of 64 bits into the local header, and into it alone
    entry.writeUInt32LE(body.length, 20);
    entry.writeUInt16LE(name.length + 4, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(`${name}.npy`), Buffer.alloc(20), body);
    entries.push(entry, Buffer.from(`${name}.npy`));
    offset += 30 + name.length + 4 + 20 + body.length;
  }
  const end = Buffer.from("PK\x05\x06".padEnd(22, "\0"), "latin1");
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, ...entries, end]));
}

const file = (descr) => zip(NAMES.map((name) => [name, npy([0x3c00, 0xc000], descr)]));

test("reads halves: whole ones, small ones, the smallest, both signs", async () => {
  const found = await unpack(
    zip(NAMES.map((name) => [name, npy([0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x83ff, 0x0400, 0x8000])])),
  );
  assert.deepEqual([...found.up], [1, -2, 0.333251953125, 65504, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, -0]);
  assert.deepEqual(Object.keys(found).sort(), [...NAMES].sort());
});

test("refuses what is no checkpoint", async () => {
  assert.equal((await unpack(file())).norm[1], -2);
  await assert.rejects(unpack(new Uint8Array(0)), /no zip file/);
  await assert.rejects(unpack(file().subarray(0, 400)), /no zip file/);
  await assert.rejects(unpack(file("<f4")), /no 16-bit floats/);
  await assert.rejects(unpack(zip([["embed", npy([1])]])), /no head in the file/);
});
