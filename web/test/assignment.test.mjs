import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "../load.mjs";

const { BadLink, draw, isGraded, matching, parse, write } = await load("assignment");

/** The same cases as tests/publish/quiz/test_assignment.py. */
const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/cases/exam/${name}`, import.meta.url), "utf8"));
const bank = read("questions.json");
const vectors = read("assignments.json");
const real = (text) => text.replaceAll("RELEASE", bank.release);

function faultsOf(work) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof BadLink, error);
    return error.faults;
  }
  return [];
}

test("reads a link and writes it in one spelling", () => {
  for (const { link, written } of vectors.links) {
    const assignment = parse(real(link));
    assert.equal(write(assignment), real(written));
    assert.deepEqual(parse(write(assignment)), assignment);
  }
});

test("says everything that is wrong with a link", () => {
  for (const { link, faults } of vectors.bad) {
    assert.deepEqual(faultsOf(() => parse(real(link))), faults.map(real), link);
  }
});

test("refuses a selection that the bank cannot fill", () => {
  for (const { link, faults } of vectors.selections) {
    assert.deepEqual(faultsOf(() => matching(bank, parse(real(link)))), faults, link);
  }
});

test("draws what Python draws", () => {
  for (const { link, student, drawn } of vectors.draws) {
    const assignment = parse(real(link));
    const found = draw(matching(bank, assignment), assignment, student);
    assert.deepEqual(found.map(({ question, variant, order }) => [question.id, variant, order]), drawn, `${link} ${student}`);
  }
});

test("names no field that an object has by birth", () => {
  assert.deepEqual(faultsOf(() => parse(real("v=1&release=RELEASE&seed=1&constructor=2&__proto__=3"))), [
    "'constructor' is no part of a link",
    "'__proto__' is no part of a link",
  ]);
});

test("knows what a page can grade", () => {
  assert.deepEqual(bank.questions.filter((question) => !isGraded(question)).map(({ type }) => type), ["recall", "interview"]);
});
