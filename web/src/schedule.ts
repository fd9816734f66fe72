/** When a question comes back: the log replayed through FSRS, without a page. Every function here is pure. */
import { type Card as Memory, createEmptyCard, dateDiffInDays, fsrs } from "ts-fsrs";
import type { Entry, Rating } from "./store";

export interface Card {
  id: string;
  /** Milliseconds. What returns after days returns with the start of the day, not at the minute. */
  due: number;
  /** How often it was asked, whatever it said then: the next variant follows from it. A second try is no second time. */
  times: number;
  /** The reader answered what the question said once, and not yet what it says now. */
  changed: boolean;
  memory: Memory;
}

/** A question that was asked again on a later day: was it still known? */
export interface Recall {
  time: number;
  known: boolean;
}

export interface Replayed {
  cards: Card[];
  recalls: Recall[];
  /** Answered questions that the course no longer has: kept in the file, never shown. */
  gone: string[];
}

export interface Day {
  /** Milliseconds, the start of the day. */
  start: number;
  count: number;
}

export interface Month {
  start: number;
  days: Day[];
  recalled: number;
  known: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SITTING = 5 * MINUTE;

/** One step within the day: who knows an answer at once sees the question again after days, not after ten minutes. */
const scheduler = fsrs({ learning_steps: ["10m"], relearning_steps: ["10m"] });

/**
 * The cards that a log makes, in the order in which they are due; `hashes` is what each question of the course says now.
 *
 * The order of the log does not matter, so that files can be imported in any order. What lies more than a day ahead, or
 * before 1970, was written by a clock that has since been set right: it waits until its time has come.
 */
export function replay(log: readonly Entry[], hashes: ReadonlyMap<string, string>, now: number): Replayed {
  const memories = new Map<string, Memory>();
  const asked = new Map<string, number>();
  const cards = new Map<string, Card>();
  const recalls: Recall[] = [];
  const gone = new Set<string>();
  for (const [id, hash, time, rating] of [...log].sort(compare)) {
    const current = hashes.get(id);
    if (current === undefined) gone.add(id);
    const card = cards.get(id) ?? { id, due: 0, times: 0, changed: true, memory: createEmptyCard(0) };
    if (current !== undefined) cards.set(id, card);
    if (hash === current) card.changed = false;
    if (time < 0 || time > now + DAY) continue;

    const version = JSON.stringify([id, hash]);
    const before = memories.get(version);
    const memory = answered(before, time, rating).card;
    memories.set(version, memory);
    if (before?.last_review && dateDiffInDays(before.last_review, memory.last_review!) > 0)
      recalls.push({ time, known: rating > 1 });
    if (time - (asked.get(id) ?? -Infinity) > SITTING) card.times += 1;
    asked.set(id, time);
    if (hash === current) Object.assign(card, { memory, due: dueOf(memory) });
  }
  return {
    cards: [...cards.values()].sort((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1)),
    recalls,
    gone: [...gone].sort(),
  };
}

function compare([id, hash, time, rating]: Entry, other: Entry): number {
  return time - other[2] || (JSON.stringify([id, hash, rating]) < JSON.stringify([other[0], other[1], other[3]]) ? -1 : 1);
}

/** A time before the last answer counts as the time of that answer: a clock put back shortens nothing. */
function answered(memory: Memory | undefined, time: number, rating: Rating) {
  const at = Math.max(time, memory?.last_review?.getTime() ?? time);
  return scheduler.next(memory ?? createEmptyCard(at), at, rating);
}

function dueOf({ due, scheduled_days }: Memory): number {
  return scheduled_days ? startOfDay(due.getTime()) : due.getTime();
}

/** When the question would come back after each of the ratings 1 to 4. */
export function choices({ memory }: Card, now: number): number[] {
  return ([1, 2, 3, 4] as const).map((rating) => dueOf(answered(memory.reps ? memory : undefined, now, rating).card));
}

export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** The next days, today first, with how many cards come back on each; today has all that are late. `later` are the others. */
export function forecast(cards: readonly Card[], now: number, days = 14): { days: Day[]; later: number } {
  const found = Array.from({ length: days }, (_, index): Day => ({ start: shifted(now, index), count: 0 }));
  let later = 0;
  const end = shifted(now, days);
  for (const { due } of cards) {
    if (due >= end) later += 1;
    else found[Math.max(0, found.filter(({ start }) => start <= due).length - 1)]!.count += 1;
  }
  return { days: found, later };
}

/** The start of a day some days on, whatever the clocks do in between. */
function shifted(time: number, days: number): number {
  const date = new Date(startOfDay(time));
  return date.setDate(date.getDate() + days);
}

/** The last twelve months up to today, with each day's answers and what was still known when it came back. */
export function history(log: readonly Entry[], recalls: readonly Recall[], now: number): Month[] {
  const counts = new Map<number, number>();
  for (const [, , time] of log) counts.set(startOfDay(time), (counts.get(startOfDay(time)) ?? 0) + 1);
  const today = new Date(now);
  return Array.from({ length: 12 }, (_, index) => {
    const first = new Date(today.getFullYear(), today.getMonth() + index - 11, 1);
    const start = first.getTime();
    const next = new Date(first.getFullYear(), first.getMonth() + 1, 1).getTime();
    const days: Day[] = [];
    for (let day = start; day < next && day <= now; day = shifted(day, 1))
      days.push({ start: day, count: counts.get(day) ?? 0 });
    const here = recalls.filter(({ time }) => time >= start && time < next);
    return { start, days, recalled: here.length, known: here.filter(({ known }) => known).length };
  });
}

/** How long it is until then, as one says it: "10 min", "2 days", "4 months". A day more is the next day, not 24 hours. */
export function inWords(now: number, then: number): string {
  const minutes = Math.max(1, Math.round((then - now) / MINUTE));
  const days = Math.round((startOfDay(then) - startOfDay(now)) / DAY);
  if (minutes < 60) return `${minutes} min`;
  if (!days) return `${Math.round(minutes / 60)} h`;
  if (days < 61) return plural(days, "day");
  return days < 730 ? plural(Math.round(days / 30.4), "month") : plural(Math.round(days / 365.25), "year");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
