/** Grading, without a page: what a reader gave and a question's key in, a verdict out. */

export interface ChoiceKey {
  right: number[];
}

export interface NumericKey {
  answer: number;
  tolerance?: { abs?: number; rel?: number };
  wrong?: { value: number }[];
  unit?: string;
}

export interface ChoiceVerdict {
  right: number;
  wrong: number;
  total: number;
  /** From 0 to 1: right ticks less wrong ticks, never below nothing. */
  score: number;
}

export type NumericVerdict =
  | { kind: "unreadable" }
  | { kind: "right"; value: number }
  /** `known` is the index of the foreseen wrong number, if it is one. */
  | { kind: "wrong"; value: number; known?: number };

export function gradeChoices(key: ChoiceKey, ticked: number[]): ChoiceVerdict {
  const right = ticked.filter((choice) => key.right.includes(choice)).length;
  const wrong = ticked.length - right;
  const total = key.right.length;
  return { right, wrong, total, score: Math.max(0, (right - wrong) / total) };
}

export function gradeNumber(key: NumericKey, text: string, symbol = ""): NumericVerdict {
  const readings = readNumber(text, [symbol, key.unit ?? ""]);
  const [first] = readings;
  if (first === undefined) return { kind: "unreadable" };

  const right = readings.find((x) => near(x, key.answer, key.tolerance));
  if (right !== undefined) return { kind: "right", value: right };

  for (const [known, { value: foreseen }] of (key.wrong ?? []).entries()) {
    const value = readings.find((x) => near(x, foreseen, key.tolerance));
    if (value !== undefined) return { kind: "wrong", value, known };
  }
  return { kind: "wrong", value: first };
}

function near(x: number, target: number, { abs = 0, rel = 0 }: NumericKey["tolerance"] = {}): boolean {
  const size = Math.abs(target);
  return Math.abs(x - target) <= Math.max(abs, rel * size) + 1e-12 * Math.max(1, size);
}

/**
 * What a typed number can mean, likeliest first; nothing if it is no number.
 *
 * "1,414" is a thousand to some readers and less than two to others: both are returned, and
 * whoever grades takes the one that fits.
 */
export function readNumber(text: string, units: string[] = []): number[] {
  let body = text
    .normalize("NFKC")
    .replace(/\s+/g, " ")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2018\u2019]/g, "'")
    .trim();

  let scale = 1;
  const unit = units.find((name) => name && body.toLowerCase().endsWith(name.normalize("NFKC").toLowerCase()));
  if (unit) {
    body = body.slice(0, -unit.length);
  } else if (body.endsWith("%")) {
    const percents = units.some((name) => name.startsWith("percent"));
    if (!percents && units.some(Boolean)) return [];
    if (!percents) scale = 100;
    body = body.slice(0, -1);
  }

  const parts = /^([+-]?) ?(.*?)(e[+-]?\d{1,3})? ?$/i.exec(body);
  if (!parts) return [];
  const [, sign = "", digits = "", exponent = ""] = parts;
  const plain = /^(\d+[.,]?\d*|[.,]\d+)$/.test(digits) ? [digits.replace(",", ".")] : [];
  const grouped = /^[1-9]\d{0,2}(?:([ ',.])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/.exec(digits);
  const thousands = grouped ? [digits.replaceAll(grouped[1]!, "").replace(",", ".")] : [];

  const likeliest = digits.includes(",") ? [...thousands, ...plain] : [...plain, ...thousands];
  return likeliest.map((number) => Number(sign + number + exponent) / scale);
}
