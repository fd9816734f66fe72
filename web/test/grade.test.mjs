import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../load.mjs";

const { grade, read, readNumber } = await load("grade");

const right = { score: 1, state: "right", known: null };
const wrong = (known = null) => ({ score: 0, state: "wrong", known });
const empty = { score: 0, state: "empty", known: null };
const unreadable = { score: 0, state: "unreadable", known: null };
const number = (key) => ({ kind: "number", tolerance: {}, unit: "", symbol: "", wrong: [], ...key });

const percent = ["%", "percent"];

test("reads a number however it is typed", () => {
  for (const [text, expected, units] of [
    ["61.5", 61.5],
    ["61,5", 61.5],
    [" 61.5 ", 61.5],
    ["+7", 7],
    [".5", 0.5],
    [",5", 0.5],
    ["5.", 5],
    ["0,125", 0.125],
    ["1,4142", 1.4142],
    ["-3", -3],
    ["\u22123", -3],
    ["\u2013 3,5", -3.5],
    ["12 345", 12345],
    ["12\u00a0345", 12345],
    ["12\u2009345,5", 12345.5],
    ["1\u202f234\u202f567", 1234567],
    ["12,345,678", 12345678],
    ["12.345.678", 12345678],
    ["1,234.5", 1234.5],
    ["1.234,5", 1234.5],
    ["12'345", 12345],
    ["12\u2019345.25", 12345.25],
    ["1e-4", 0.0001],
    ["2,5E3", 2500],
    ["\uff16\uff11", 61],
    ["61 %", 61, percent],
    ["61%", 61, percent],
    ["61\u202f%", 61, percent],
    ["61 percent", 61, percent],
    ["61 Percent", 61, percent],
    ["61 %", 61, ["", "percent"]],
    ["61 PERCENT", 61, percent],
    ["2 \u338f", 2, ["kg"]],
    ["2 KG", 2, ["\u338f"]],
    ["2.5 s", 2.5, ["s", "seconds"]],
    ["2.5 seconds", 2.5, ["seconds", "s"]],
    ["61 %", 0.61, []],
  ]) {
    assert.equal(readNumber(text, units)[0], expected, JSON.stringify(text));
  }
});

test("refuses what is no number", () => {
  for (const text of [
    "",
    " ",
    "-",
    ".",
    ",",
    "%",
    "abc",
    "6 1",
    "1 23",
    "1,23,4",
    "1.2.3",
    "1,2.3,4",
    "--1",
    "0x10",
    "1e",
    "Infinity",
    "NaN",
    "5 apples",
    "\u0663",
    "1\u200b5",
  ]) {
    assert.deepEqual(readNumber(text), [], JSON.stringify(text));
  }
  assert.deepEqual(readNumber("61 %", ["s", "seconds"]), []);
});

test("keeps both meanings of an ambiguous separator", () => {
  assert.deepEqual(readNumber("1,414"), [1414, 1.414]);
  assert.deepEqual(readNumber("1.414"), [1.414, 1414]);
  for (const answer of [1414, 1.414]) {
    assert.equal(read(number({ answer }), "1,414").value, answer);
    assert.deepEqual(grade(number({ answer }), "1,414"), right);
    assert.equal(read(number({ answer: 7, wrong: [answer] }), "1,414").value, answer);
    assert.deepEqual(grade(number({ answer: 7, wrong: [9, answer] }), "1,414"), wrong(1));
  }
  assert.equal(read(number({ answer: 7 }), "1,414").value, 1414);
});

test("grades a number up to its tolerance, the boundary included", () => {
  const absolute = number({ answer: 61, tolerance: { abs: 0.5 }, unit: "percent", symbol: "%" });
  for (const text of ["61", "60.5", "61,5", "61.5 %"]) assert.deepEqual(grade(absolute, text), right, text);
  for (const text of ["60.49", "61.51", "-61", "0.61"]) assert.deepEqual(grade(absolute, text), wrong(), text);
  const relative = number({ answer: -200, tolerance: { rel: 0.01 } });
  assert.deepEqual(grade(relative, "\u2212202"), right);
  assert.deepEqual(grade(relative, "\u2212202.1"), wrong());
  const both = number({ answer: 100, tolerance: { abs: 5, rel: 0.01 } });
  assert.deepEqual(grade(both, "105"), right);
  for (const text of ["0.2", "0.4"])
    assert.deepEqual(grade(number({ answer: 0.3, tolerance: { abs: 0.1 } }), text), right, text);
  assert.deepEqual(grade(number({ answer: 0.3 }), "0.3"), right);
  assert.deepEqual(grade(number({ answer: 0 }), "0"), right);
});

test("recognises a foreseen wrong number, unless it is right", () => {
  const key = number({ answer: 61, tolerance: { abs: 0.5 }, wrong: [50, 39, 61.2] });
  assert.deepEqual(grade(key, "39"), wrong(1));
  assert.deepEqual(grade(key, "40"), wrong());
  assert.deepEqual(grade(key, "61.2"), right);
  assert.deepEqual(grade(key, " \u3000"), empty);
  assert.deepEqual(grade(key, "many"), unreadable);
});

test("scores choices by right ticks less wrong ticks", () => {
  const three = { kind: "choose", right: [0, 2, 4], of: 5, several: true };
  const partly = (score) => ({ score, state: "partly", known: null });
  assert.deepEqual(grade(three, [4, 2, 0]), right);
  assert.deepEqual(grade(three, [0, 2, 1]), partly(1 / 3));
  assert.deepEqual(grade(three, [0, 2]), partly(2 / 3));
  assert.deepEqual(grade(three, [1, 3]), wrong());
  assert.deepEqual(grade(three, [0, 1, 3]), wrong());
  assert.deepEqual(grade(three, []), empty);
  const one = { kind: "choose", right: [1], of: 3, several: false };
  assert.deepEqual(grade(one, [1]), right);
  assert.deepEqual(grade(one, [0]), wrong());
  assert.deepEqual(grade(one, [0, 1]), unreadable);
});

test("compares words without case, white space, typographic marks and one full stop", () => {
  const key = {
    kind: "words",
    accept: ["Chain of thought", "self-consistency"],
    wrong: [["CoT", "cot prompting"], ["don't know"]],
  };
  for (const text of ["chain of thought", " Chain\u00a0 of\tTHOUGHT. ", "self\u2010consistency", "\uff23hain of thought"]) {
    assert.deepEqual(grade(key, text), right, text);
  }
  assert.deepEqual(grade(key, "COT"), wrong(0));
  assert.deepEqual(grade(key, "don\u2019t know"), wrong(1));
  for (const text of ["chainofthought", "chain of thought..", "the chain of thought", "."]) {
    assert.deepEqual(grade(key, text), text === "." ? empty : wrong(), text);
  }
});

test("scores an order by the neighbours that it keeps", () => {
  const key = { kind: "arrange", count: 4 };
  for (const [order, kept] of [
    [[0, 1, 2, 3], 3],
    [[3, 0, 1, 2], 2],
    [[2, 3, 0, 1], 2],
    [[1, 0, 2, 3], 1],
    [[3, 2, 1, 0], 0],
  ]) {
    assert.equal(grade(key, order).score, kept / 3, String(order));
  }
  assert.deepEqual(grade(key, []), empty);
});

test("scores pairs by the share that is right", () => {
  const key = { kind: "pair", right: [1, 0, 3], of: 4 };
  assert.deepEqual(grade(key, [1, 0, 3]), right);
  assert.deepEqual(grade(key, [1, null, 2]), { score: 1 / 3, state: "partly", known: null });
  assert.deepEqual(grade(key, [2, 2, 2]), wrong());
  assert.deepEqual(grade(key, [null, null, null]), empty);
});

test("leaves an open answer to people", () => {
  assert.deepEqual(grade({ kind: "open", points: 6 }, "Because."), { score: null, state: "open", known: null });
  assert.deepEqual(grade({ kind: "open", points: 6 }, " \n"), { score: null, state: "empty", known: null });
});

test("takes a response of another shape for unreadable, and never throws", () => {
  const keys = [
    { kind: "choose", right: [0], of: 3, several: true },
    { kind: "arrange", count: 3 },
    { kind: "pair", right: [1, 0, 2], of: 3 },
    number({ answer: 1 }),
    { kind: "words", accept: ["a"], wrong: [] },
    { kind: "open", points: 0 },
  ];
  const strange = [
    undefined,
    true,
    0,
    1.5,
    {},
    { length: 1 },
    [[]],
    ["0"],
    [true],
    [-1],
    [3],
    [0.5],
    [0, 0, 1, 1],
    [0, 1, 2, 0],
    [Infinity],
  ];
  for (const key of keys) {
    for (const response of strange)
      assert.deepEqual(grade(key, response), unreadable, `${key.kind} ${JSON.stringify(response)}`);
    assert.equal(grade(key, null).state, "empty");
  }
  assert.deepEqual(grade(keys[0], ""), unreadable);
  assert.deepEqual(grade(keys[1], [0, 1]), unreadable);
  assert.deepEqual(grade(keys[2], [0, 1]), unreadable);
  for (const key of keys.slice(3)) assert.deepEqual(grade(key, []), unreadable);
});
