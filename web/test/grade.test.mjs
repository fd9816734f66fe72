import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/grade.ts", import.meta.url))],
  format: "esm",
  write: false,
});
const { gradeChoices, gradeNumber, readNumber } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

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
    ["2.5 s", 2.5, ["s", "seconds"]],
    ["2.5 seconds", 2.5, ["seconds", "s"]],
    ["61 %", 0.61, []],
  ]) {
    assert.equal(readNumber(text, units)[0], expected, JSON.stringify(text));
  }
});

test("refuses what is no number", () => {
  for (const text of ["", " ", "-", ".", ",", "%", "abc", "6 1", "1 23", "1,23,4", "1.2.3", "1,2.3,4", "--1", "0x10", "1e", "Infinity", "NaN", "5 apples"]) {
    assert.deepEqual(readNumber(text), [], JSON.stringify(text));
  }
  assert.deepEqual(readNumber("61 %", ["s", "seconds"]), []);
});

test("keeps both meanings of an ambiguous separator", () => {
  assert.deepEqual(readNumber("1,414"), [1414, 1.414]);
  assert.deepEqual(readNumber("1.414"), [1.414, 1414]);
  for (const answer of [1414, 1.414]) {
    assert.deepEqual(gradeNumber({ answer }, "1,414"), { kind: "right", value: answer });
  }
});

test("grades a number up to its tolerance, the boundary included", () => {
  const absolute = { answer: 61, tolerance: { abs: 0.5 }, unit: "percent" };
  for (const text of ["61", "60.5", "61,5", "61.5 %"]) {
    assert.equal(gradeNumber(absolute, text, "%").kind, "right", text);
  }
  for (const text of ["60.49", "61.51", "-61", "0.61"]) {
    assert.equal(gradeNumber(absolute, text, "%").kind, "wrong", text);
  }
  const relative = { answer: -200, tolerance: { rel: 0.01 } };
  assert.equal(gradeNumber(relative, "\u2212202").kind, "right");
  assert.equal(gradeNumber(relative, "\u2212202.1").kind, "wrong");
  assert.equal(gradeNumber({ answer: 0.3, tolerance: { abs: 0.1 } }, "0.2").kind, "right");
  assert.equal(gradeNumber({ answer: 0.3 }, "0.3").kind, "right");
  assert.equal(gradeNumber({ answer: 0 }, "0").kind, "right");
});

test("recognises a foreseen wrong number, unless it is right", () => {
  const key = { answer: 61, tolerance: { abs: 0.5 }, wrong: [{ value: 50 }, { value: 39 }, { value: 61.2 }] };
  assert.deepEqual(gradeNumber(key, "39"), { kind: "wrong", value: 39, known: 1 });
  assert.deepEqual(gradeNumber(key, "40"), { kind: "wrong", value: 40 });
  assert.equal(gradeNumber(key, "61.2").kind, "right");
  assert.deepEqual(gradeNumber(key, ""), { kind: "unreadable" });
});

test("scores choices by right ticks less wrong ticks", () => {
  const three = { right: [0, 2, 4] };
  assert.deepEqual(gradeChoices(three, [0, 2, 4]), { right: 3, wrong: 0, total: 3, score: 1 });
  assert.deepEqual(gradeChoices(three, [0, 2, 1]), { right: 2, wrong: 1, total: 3, score: 1 / 3 });
  assert.deepEqual(gradeChoices(three, [0, 2]), { right: 2, wrong: 0, total: 3, score: 2 / 3 });
  assert.equal(gradeChoices(three, [1, 3]).score, 0);
  assert.equal(gradeChoices(three, []).score, 0);
  assert.equal(gradeChoices({ right: [1] }, [1]).score, 1);
  assert.equal(gradeChoices({ right: [1] }, [0]).score, 0);
});
