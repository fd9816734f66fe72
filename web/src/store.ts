/**
 * What the reader has answered, in this browser alone: a log that only grows, and settings.
 *
 * The storage is read again before each write, so two open pages never lose each other's answers. What cannot
 * be read is left as it is, what cannot be written waits: the page goes on, and says so once.
 */
import { notice } from "./notice";

/** Again, hard, good, easy. */
export type Rating = 1 | 2 | 3 | 4;

/** One rated answer: the question, the hash of what it asked then, and when, in milliseconds. */
export type Entry = [id: string, hash: string, time: number, rating: Rating];

type Settings = Record<string, unknown>;

export interface State {
  version: number;
  log: Entry[];
  settings: Settings;
}

/** Leads from one version to the next; the first in the chain from version 1 to 2. */
export type Migration = (state: Record<string, unknown>) => Record<string, unknown>;

const KEY = "coursebook";
const MIGRATIONS: readonly Migration[] = [];
const VERSION = MIGRATIONS.length + 1;
const EMPTY = JSON.stringify({ version: VERSION, log: [], settings: {} });

let ours: Store | undefined;

/** The store of this page. */
export function open(): Store {
  return (ours ??= new Store(() => localStorage, notice));
}

export class Store {
  #storage: () => Storage;
  #say: (trouble: string) => void;
  /** What is not written yet. */
  #entries: Entry[] = [];
  #settings: Settings = {};

  /** `storage` may throw, as `localStorage` does where a browser refuses it. */
  constructor(storage: () => Storage, say: (trouble: string) => void) {
    this.#storage = storage;
    this.#say = (trouble) => {
      this.#say = () => {};
      say(trouble);
    };
    this.#stored();
  }

  /** Every entry, the earliest first. */
  get log(): readonly Entry[] {
    return this.#state().log;
  }

  get settings(): Readonly<Settings> {
    return this.#state().settings;
  }

  add(id: string, hash: string, rating: Rating, time = Date.now()): void {
    this.#entries.push([id, hash, time, rating]);
    this.#write();
  }

  set(name: string, value: unknown): void {
    this.#settings[name] = value;
    this.#write();
  }

  /** The file to export; of a storage that cannot be read, its own text. */
  text(): string {
    return (!this.#stored() && this.#raw()) || JSON.stringify(this.#state());
  }

  /** Takes over what an exported file has and this browser has not; how many entries. Throws as `parse` does. */
  merge(text: string): number {
    const found = parse(text);
    const { log, settings } = this.#state();
    const known = new Set(log.map(identity));
    const fresh = found.log.filter((entry) => !known.has(identity(entry)) && known.add(identity(entry)));
    this.#entries.push(...fresh);
    this.#settings = { ...found.settings, ...settings };
    this.#write();
    return fresh.length;
  }

  /** Forgets everything, also what cannot be read. */
  clear(): void {
    this.#entries = [];
    this.#settings = {};
    try {
      this.#storage().removeItem(KEY);
    } catch {
      // Where nothing can be stored there is nothing to forget.
    }
  }

  /** What is stored, and what waits. */
  #state(): State {
    const { log, settings } = this.#stored() ?? parse(EMPTY);
    const entries = [...log, ...this.#entries].sort((a, b) => a[2] - b[2]);
    return { version: VERSION, log: entries, settings: { ...settings, ...this.#settings } };
  }

  #write(): void {
    if (!this.#stored()) return;
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#state()));
    } catch {
      return this.#say("This browser's storage is full: new answers are kept only until you leave the page.");
    }
    this.#entries = [];
    this.#settings = {};
  }

  /** Nothing where the browser refuses, or where what is stored is not ours to change. */
  #stored(): State | undefined {
    const text = this.#raw();
    if (text === undefined) return undefined;
    try {
      return parse(text ?? EMPTY);
    } catch (error) {
      this.#say(`${(error as Error).message} It is left as it is, and your answers are kept only until you leave the page.`);
      return undefined;
    }
  }

  #raw(): string | null | undefined {
    try {
      return this.#storage().getItem(KEY);
    } catch {
      this.#say("This browser lets the page store nothing: your answers are kept only until you leave it.");
      return undefined;
    }
  }
}

const identity = ([id, , time]: Entry): string => `${time} ${id}`;

/** A storage's or a file's text, brought to the present version. Throws an Error whose message is for the reader. */
export function parse(text: string, migrations: readonly Migration[] = MIGRATIONS): State {
  const found = read(text);
  const version = found?.version;
  if (!found || !Number.isInteger(version) || (version as number) < 1) throw new Error("This is no record of answers.");
  const steps = migrations.slice((version as number) - 1);
  if ((version as number) > migrations.length + 1)
    throw new Error("This record of answers is of a later version of the course.");
  const { log, settings } = steps.reduce((state, migrate) => migrate(state), found);
  if (!isObject(settings) || !Array.isArray(log) || !log.every(isEntry)) throw new Error("This record of answers is damaged.");
  return { version: migrations.length + 1, log, settings };
}

function read(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isObject(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is Entry {
  const [id, hash, time, rating] = Array.isArray(value) && value.length === 4 ? value : [];
  return typeof id === "string" && typeof hash === "string" && Number.isFinite(time) && [1, 2, 3, 4].includes(rating);
}
