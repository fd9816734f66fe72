/**
 * An assignment: the link that says which questions a student gets, and the draw of them from the bank.
 *
 * publish/quiz/assignment.py reads and draws the same, down to what is wrong with a link.
 */
import type { Bank, BankQuestion } from "./bank";
import { rank, shuffled, studentSeed } from "./draw";

/** What a link says. An empty selection takes all, 0 questions every one that matches; `due` is in UTC. */
export interface Assignment {
  title: string;
  release: string;
  chapters: string[];
  objectives: string[];
  types: string[];
  audience: string;
  n: number;
  seed: string;
  due: string;
  form: "same" | "own";
  feedback: "end" | "none";
}

/** A question of a draw: which variant, and the order in which a choice shows its options. */
export interface Drawn {
  question: BankQuestion;
  variant: number;
  order: number[];
}

/** Everything that is wrong with a link. */
export class BadLink extends Error {
  constructor(readonly faults: string[]) {
    super(faults.join("; "));
  }
}

const VERSION = "1";
const DEFAULTS = { v: "", title: "", release: "", chapters: "", objectives: "", types: "", audience: "", n: "", seed: "", due: "", form: "same", feedback: "end" };
const LISTS = ["chapters", "objectives", "types"] as const;
const WORDS = { form: ["same", "own"], feedback: ["end", "none"] } as const;

/** What a link's fragment says; throws BadLink with all its faults. */
export function parse(link: string): Assignment {
  const pairs = [...new URLSearchParams(link.replace(/^#/, ""))];
  const found = { ...DEFAULTS, ...Object.fromEntries(pairs.reverse()) };
  const faults = [...faultsOf(found, pairs.reverse().map(([name]) => name))];
  if (faults.length) throw new BadLink(faults);
  const list = (name: (typeof LISTS)[number]): string[] => [...new Set(found[name].split(",").filter(Boolean))];
  return {
    ...(found as typeof found & Pick<Assignment, "form" | "feedback">),
    chapters: list("chapters"),
    objectives: list("objectives"),
    types: list("types"),
    n: Number(found.n),
  };
}

function* faultsOf(found: typeof DEFAULTS, names: string[]): Generator<string> {
  if (!names.length) return yield "it is empty";
  if (found.v !== VERSION) return yield found.v ? `it is of version '${found.v}', and this is version ${VERSION}` : "the version is missing";
  const different = [...new Set(names)];
  yield* different.filter((name) => !Object.hasOwn(DEFAULTS, name)).map((name) => `'${name}' is no part of a link`);
  yield* different.filter((name) => names.indexOf(name) < names.lastIndexOf(name)).map((name) => `'${name}' stands twice`);
  yield* (["release", "seed"] as const).filter((name) => !found[name]).map((name) => `the ${name} is missing`);
  if (!/^([0-9a-f]{64})?$/.test(found.release)) yield `'${found.release}' is no release`;
  if (!/^([1-9][0-9]{0,3})?$/.test(found.n)) yield `'${found.n}' is no number of questions`;
  if (found.due && !isTime(found.due)) yield `'${found.due}' is no time like 2026-12-01T12:00Z`;
  for (const [name, words] of Object.entries(WORDS)) {
    const said = found[name as keyof typeof WORDS];
    if (!words.includes(said as never)) yield `'${name}' is ${words.join(" or ")}, not '${said}'`;
  }
}

/** A day that a month does not have would be taken for one of the next. */
function isTime(text: string): boolean {
  if (!/^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]Z$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 16));
}

/** The fragment of a link, the same for equal assignments; what is as without it is left out. */
export function write(assignment: Assignment): string {
  const said = { ...assignment, v: VERSION, n: assignment.n || "" };
  return Object.entries(DEFAULTS)
    .map(([name, usual]) => ({ name, usual, value: String(said[name as keyof typeof said]) }))
    .filter(({ value, usual }) => value !== usual)
    .map(({ name, value }) => `${name}=${quoted(value)}`)
    .join("&");
}

/** Nothing stays bare that a program which finds addresses in text could take for their end. */
function quoted(text: string): string {
  const bare = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, bare).replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** The questions that an assignment draws from, in the bank's order; throws BadLink where it names what is not there. */
export function matching(bank: Bank, assignment: Assignment): BankQuestion[] {
  const places = bank.chapters.map(({ url }) => namesOf(url));
  const known = {
    chapters: places.flat(),
    objectives: bank.chapters.flatMap(({ objectives }) => Object.keys(objectives)),
    types: bank.questions.map(({ type }) => type),
  };
  const faults = LISTS.flatMap((field) =>
    assignment[field].filter((name) => !known[field].includes(name)).map((name) => `there is no ${field.replace(/s$/, "")} '${name}'`),
  );
  const { audience, n } = assignment;
  if (audience && !bank.questions.some((question) => question.audience === audience)) faults.push(`there is no question for '${audience}'`);
  const found = bank.questions.filter((question) => matches(question, assignment, places[question.chapter]!));
  if (!faults.length && found.length < Math.max(1, n)) faults.push(found.length ? `it asks for ${n} of ${found.length} questions` : "no question fits it");
  if (faults.length) throw new BadLink(faults);
  return found;
}

/** How a link may name a chapter: by its file, or by the number that this begins with. */
export function namesOf(url: string): string[] {
  const slug = url.replace(/^chapters\//, "").replace(/\/$/, "");
  return [slug, /^[0-9]/.test(slug) ? slug.split("-")[0]! : slug];
}

function matches(question: BankQuestion, { chapters, objectives, types, audience }: Assignment, names: string[]): boolean {
  return (
    (!chapters.length || names.some((name) => chapters.includes(name))) &&
    (!objectives.length || objectives.includes(question.objective)) &&
    (types.length ? types.includes(question.type) : isGraded(question)) &&
    (!audience || question.audience === audience)
  );
}

/** Whether a page can grade it; what is open is for a person to read. */
export function isGraded({ variants }: BankQuestion): boolean {
  return variants.every(({ key }) => key.kind !== "open");
}

/** What the student with this id gets, of the questions that match. */
export function draw(questions: BankQuestion[], { seed: common, form, n }: Assignment, student: string): Drawn[] {
  const seed = form === "own" ? studentSeed(common, student) : common;
  const ranked = questions.map((question) => ({ question, rank: rank(seed, question.id) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, n || undefined).map(({ question }) => drawn(seed, question));
}

function drawn(seed: string, question: BankQuestion): Drawn {
  const variant = shuffled(seed, `${question.id}/variant`, question.variants.length)[0]!;
  const { key } = question.variants[variant]!;
  const count = key.kind === "choose" ? key.of : 0;
  return { question, variant, order: question.shuffle ? shuffled(seed, question.id, count) : [...Array(count).keys()] };
}
