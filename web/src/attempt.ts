/** An attempt at an exam: kept in this browser while it is taken, and the file that is handed in at the end. */
import { sha256 } from "./draw";
import type { Verdict } from "./grade";

export interface Answer {
  id: string;
  variant: number;
  response: unknown;
}

/** What an exam has come to so far; times as ISO 8601 in UTC. */
export interface Attempt {
  release: string;
  link: string;
  student: { name: string; id: string };
  started: string;
  finished?: string;
  answers: Answer[];
}

const SCHEMA = 1;

/** The place of one exam in this browser's storage; `link` is written as assignment.ts writes it. */
export class Keeper {
  readonly key: string;
  #storage: () => Storage;

  /** `storage` may throw, as `localStorage` does where a browser refuses it. */
  constructor(link: string, storage: () => Storage = () => localStorage) {
    this.key = `coursebook-exam-${SCHEMA}/${sha256(link).slice(0, 16)}`;
    this.#storage = storage;
  }

  read(): Attempt | undefined {
    try {
      const found = JSON.parse(this.#storage().getItem(this.key) ?? "null") as Attempt | null;
      return Array.isArray(found?.answers) && typeof found.student?.id === "string" ? found : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether it is kept: not where storage is refused or full. */
  keep(attempt: Attempt): boolean {
    try {
      this.#storage().setItem(this.key, JSON.stringify(attempt));
      return true;
    } catch {
      return false;
    }
  }

  forget(): void {
    try {
      this.#storage().removeItem(this.key);
    } catch {
      // nothing was kept
    }
  }
}

/** The file to hand in. Its check sum tells accidents; whoever wants to forge one can compute another. */
export function fileOf(attempt: Attempt): string {
  const { release, link, student, started, finished, answers } = attempt;
  const rest = { schema: SCHEMA, release, link, student, started, finished, answers };
  return `${JSON.stringify({ ...rest, check: sha256(canonical(rest)) }, null, 1)}\n`;
}

/** JSON in one spelling: keys sorted, no spaces. */
export function canonical(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Text without half characters, which no file can hold. */
export function whole<Value>(value: Value): Value {
  return typeof value === "string" ? (value.replace(/\p{Cs}/gu, "\ufffd") as Value) : value;
}

/** Points and per cent of what a page can grade, halves up, as publish/quiz/report.py prints them. */
export function marksOf(verdicts: readonly Verdict[]): { points: number; of: number; percent: number } {
  const scores = verdicts.flatMap(({ score }) => score ?? []);
  const points = scores.reduce((sum, score) => sum + score, 0);
  return { points: halfUp(100 * points) / 100, of: scores.length, percent: halfUp((100 * points) / Math.max(1, scores.length)) };
}

/** An error in the last place never decides. */
function halfUp(x: number): number {
  return Math.floor(x + 0.5 + 1e-9);
}
