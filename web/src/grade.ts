/**
 * Grading, without a page: a question's key and a response in, a verdict out.
 *
 * publish/quiz/grade.py does the same, to the bit: IEEE doubles, and text compared by rules that are written out.
 */
import { tidy } from "./text";

export interface ChooseKey {
  kind: "choose";
  right: number[];
  of: number;
  several: boolean;
}

export interface NumberKey {
  kind: "number";
  answer: number;
  tolerance: { abs?: number; rel?: number };
  unit: string;
  symbol: string;
  wrong: number[];
}

export interface WordsKey {
  kind: "words";
  accept: string[];
  wrong: string[][];
}

export interface ArrangeKey {
  kind: "arrange";
  count: number;
}

export interface PairKey {
  kind: "pair";
  right: number[];
  of: number;
}

export interface OpenKey {
  kind: "open";
  points: number;
}

export type Key = ChooseKey | NumberKey | WordsKey | ArrangeKey | PairKey | OpenKey;

export interface Verdict {
  /** From 0 to 1; nothing where people judge. */
  score: number | null;
  state: "right" | "partly" | "wrong" | "empty" | "unreadable" | "open";
  /** The index of the foreseen wrong answer that it is. */
  known: number | null;
}

const EMPTY: Verdict = { score: 0, state: "empty", known: null };
const UNREADABLE: Verdict = { score: 0, state: "unreadable", known: null };

/** The verdict on a response as JSON has it. `null` is an empty one; one of another shape is unreadable, never an error. */
export function grade(key: Key, response: unknown): Verdict {
  if (key.kind === "open") return gradeOpen(response);
  if (response === null) return EMPTY;
  switch (key.kind) {
    case "choose":
      return gradeChoose(key, response);
    case "number":
      return gradeNumber(key, response);
    case "words":
      return gradeWords(key, response);
    case "arrange":
      return gradeArrange(key, response);
    case "pair":
      return gradePair(key, response);
  }
}

function verdict(score: number, known: number | null = null): Verdict {
  return { score, state: score === 1 ? "right" : score ? "partly" : "wrong", known };
}

function gradeOpen(response: unknown): Verdict {
  if (response !== null && typeof response !== "string") return UNREADABLE;
  return { score: null, state: tidy(response ?? "") ? "open" : "empty", known: null };
}

/** Right ticks less wrong ticks, over the right ones, never below nothing. */
function gradeChoose({ right, of, several }: ChooseKey, response: unknown): Verdict {
  if (!areIndices(response, of) || (response.length > 1 && !several)) return UNREADABLE;
  if (!response.length) return EMPTY;
  const ticked = response.filter((one) => right.includes(one)).length;
  return verdict(Math.max(0, (ticked - (response.length - ticked)) / right.length));
}

/** Neighbours that stand in the right order, over all pairs of neighbours. */
function gradeArrange({ count }: ArrangeKey, response: unknown): Verdict {
  if (!areIndices(response, count)) return UNREADABLE;
  if (!response.length) return EMPTY;
  if (response.length !== count) return UNREADABLE;
  const kept = response.filter((item, place) => item === response[place - 1]! + 1).length;
  return verdict(kept / (count - 1));
}

function gradePair({ right, of }: PairKey, response: unknown): Verdict {
  if (!Array.isArray(response) || !response.every((one) => one === null || isIndex(one, of))) return UNREADABLE;
  if (!response.length) return EMPTY;
  if (response.length !== right.length) return UNREADABLE;
  if (response.every((one) => one === null)) return EMPTY;
  return verdict(response.filter((one, left) => one === right[left]).length / right.length);
}

function gradeWords({ accept, wrong }: WordsKey, response: unknown): Verdict {
  if (typeof response !== "string") return UNREADABLE;
  const given = phrase(response);
  if (!given) return EMPTY;
  const isGiven = (form: string): boolean => phrase(form) === given;
  return accept.some(isGiven)
    ? verdict(1)
    : verdict(
        0,
        first(wrong, (forms) => forms.some(isGiven)),
      );
}

/** Text without what does not matter to a meaning: one kind of dash and quote, lower case. */
function folded(text: string): string {
  return tidy(text)
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .toLowerCase();
}

/** A short text, without one full stop at its end. */
function phrase(text: string): string {
  return folded(text).replace(/ ?\.$/, "");
}

function gradeNumber(key: NumberKey, response: unknown): Verdict {
  if (typeof response !== "string") return UNREADABLE;
  if (!tidy(response)) return EMPTY;
  const reading = read(key, response);
  if (!reading) return UNREADABLE;
  return reading.right ? verdict(1) : verdict(0, reading.known);
}

/** What a typed number is taken for: the reading that is the answer, else a foreseen wrong one, else the likeliest. */
export function read(key: NumberKey, text: string): { value: number; right: boolean; known: number | null } | undefined {
  const readings = readNumber(text, [key.symbol, key.unit]);
  const like = (target: number): number | undefined => readings.find((one) => near(one, target, key.tolerance));
  const right = like(key.answer);
  if (right !== undefined) return { value: right, right: true, known: null };
  const known = first(key.wrong, (foreseen) => like(foreseen) !== undefined);
  const value = known === null ? readings[0] : like(key.wrong[known]!);
  return value === undefined ? undefined : { value, right: false, known };
}

/** Whether a number counts as another; a last-place error of floating point never decides. */
function near(given: number, target: number, { abs = 0, rel = 0 }: NumberKey["tolerance"]): boolean {
  const size = Math.abs(target);
  return Math.abs(given - target) <= Math.max(abs, rel * size) + 1e-12 * Math.max(1, size);
}

/**
 * What a typed number can mean, likeliest first; nothing if it is no number.
 *
 * "1,414" is a thousand to some readers and less than two to others: both are returned, and whoever grades takes the
 * one that fits. A unit may follow; a percent sign where no unit is asked for means hundredths.
 */
export function readNumber(text: string, named: string[] = []): number[] {
  const units = named.filter(Boolean).map(folded);
  let body = folded(text);
  let scale = 1;
  const unit = units.find((name) => name && body.endsWith(name));
  if (unit) {
    body = body.slice(0, -unit.length);
  } else if (body.endsWith("%")) {
    const percents = units.some((name) => name.startsWith("percent"));
    if (units.length && !percents) return [];
    scale = percents ? 1 : 100;
    body = body.slice(0, -1);
  }
  const [, sign = "", digits = "", exponent = ""] = /^([+-]?) ?(.*?)(e[+-]?[0-9]{1,3})? ?$/.exec(body) ?? [];
  const plain = /^([0-9]+[.,]?[0-9]*|[.,][0-9]+)$/.test(digits) ? [digits.replace(",", ".")] : [];
  const grouped = /^[1-9][0-9]{0,2}([ ',.])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?$/.exec(digits);
  const thousands = grouped ? [digits.replaceAll(grouped[1]!, "").replace(",", ".")] : [];
  const likeliest = digits.includes(",") ? [...thousands, ...plain] : [...plain, ...thousands];
  return likeliest.map((number) => Number(sign + number + exponent) / scale);
}

function first<Item>(items: Item[], fits: (item: Item) => boolean): number | null {
  const index = items.findIndex(fits);
  return index < 0 ? null : index;
}

/** A list of different indices below a count. */
function areIndices(response: unknown, count: number): response is number[] {
  return Array.isArray(response) && response.every((one) => isIndex(one, count)) && new Set(response).size === response.length;
}

function isIndex(one: unknown, count: number): one is number {
  return Number.isInteger(one) && (one as number) >= 0 && (one as number) < count;
}
