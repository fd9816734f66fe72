/** What a question is answered with, one kind a class: reading it, filling it in, and marking it in its place. */
import { element } from "./dom";
import { type ArrangeKey, type ChooseKey, type Key, type PairKey, type Verdict, read } from "./grade";

export interface Input {
  /** What is asked for where nothing is given. */
  readonly wanted: string;
  /** As the grader takes it; empty where nothing is given. */
  response(): unknown;
  /** Takes a response that the grader can read, or nothing. */
  fill(response: unknown): void;
  /** Marks each part of what is given that can be right by itself. */
  mark(): void;
  /** How a verdict comes about; where it can be half right, by which rule. */
  account(verdict: Verdict): string;
  /** Selects what the answer says about what is given. */
  feedback(verdict: Verdict): string;
}

export function inputOf(form: HTMLFormElement, key: Key, say: (text: string) => void): Input {
  switch (key.kind) {
    case "choose":
      return new Choices(form, key);
    case "arrange":
      return new Items(form, key, say);
    case "pair":
      return new Pairs(form, key);
    default:
      return new Field(form, key);
  }
}

function marked(right: boolean, text = right ? "Right" : "Wrong"): HTMLElement {
  return element(
    "span",
    { className: "cb-mark", dataset: { mark: right ? "right" : "wrong" } },
    `${right ? "✓" : "✗"} ${text}`,
  );
}

function percent(score: number | null): string {
  return `${Math.round(100 * (score ?? 0))}\u00a0%`;
}

class Field implements Input {
  readonly wanted: string;
  #field: HTMLInputElement | HTMLTextAreaElement;
  #key: Key;

  constructor(form: HTMLFormElement, key: Key) {
    this.wanted = key.kind === "number" ? "Type a number first." : "Type an answer first.";
    this.#field = form.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea")!;
    this.#key = key;
  }

  response(): string {
    return this.#field.value;
  }

  fill(response: unknown): void {
    this.#field.value = typeof response === "string" ? response : "";
  }

  mark(): void {}

  account(): string {
    if (this.#key.kind !== "number") return "";
    const value = String(read(this.#key, this.response())?.value).replace("-", "\u2212");
    return `Read as ${value}${this.#key.symbol && `\u00a0${this.#key.symbol}`}.`;
  }

  feedback({ known }: Verdict): string {
    return known === null ? "" : `[data-wrong="${known}"]`;
  }
}

class Choices implements Input {
  readonly wanted: string;
  #inputs: HTMLInputElement[];
  #key: ChooseKey;

  constructor(form: HTMLFormElement, key: ChooseKey) {
    this.wanted = key.several ? "Tick every answer that you think is right." : "Choose an answer first.";
    this.#inputs = [...form.querySelectorAll<HTMLInputElement>(".cb-choice input")];
    this.#key = key;
  }

  response(): number[] {
    return this.#ticked.map(({ value }) => Number(value));
  }

  fill(response: unknown): void {
    for (const input of this.#inputs) input.checked = Array.isArray(response) && response.includes(Number(input.value));
  }

  mark(): void {
    for (const input of this.#ticked) {
      input.closest("label")!.append(marked(this.#key.right.includes(Number(input.value))));
    }
  }

  account({ score, state }: Verdict): string {
    const { right, several } = this.#key;
    if (!several || state === "right") return "";
    const ticked = this.response();
    const hits = ticked.filter((choice) => right.includes(choice)).length;
    const wrong = ticked.length - hits;
    return `${hits} of ${right.length} right ones, ${wrong} wrong: ${percent(score)}. Each wrong tick cancels a right one.`;
  }

  /** Of one choice the verdict is said already. */
  feedback(): string {
    return this.response()
      .map((choice) => `[data-choice="${choice}"]${this.#key.several ? "" : " .cb-why"}`)
      .join();
  }

  get #ticked(): HTMLInputElement[] {
    return this.#inputs.filter((input) => input.checked);
  }
}

class Pairs implements Input {
  readonly wanted = "Choose a partner for each first.";
  #selects: HTMLSelectElement[];
  #right: number[];

  constructor(form: HTMLFormElement, { right }: PairKey) {
    this.#selects = [...form.querySelectorAll("select")];
    this.#right = right;
  }

  response(): (number | null)[] {
    return this.#selects.map(({ value }) => (value ? Number(value) : null));
  }

  fill(response: unknown): void {
    const given = Array.isArray(response) ? response : [];
    for (const [left, select] of this.#selects.entries()) select.value = String(given[left] ?? "");
  }

  mark(): void {
    for (const [left, given] of this.response().entries()) {
      if (given !== null) this.#selects[left]!.closest("label")!.append(marked(given === this.#right[left]));
    }
  }

  account({ score, state }: Verdict): string {
    if (state === "right") return "";
    const count = this.#right.length;
    return `${Math.round(score! * count)} of ${count} pairs right: ${percent(score)}.`;
  }

  feedback(): string {
    return "";
  }
}

/** Items to bring into order: a place chosen, or a step up or down, moves the item itself. */
class Items implements Input {
  readonly wanted = "Bring the items into order first.";
  #key: ArrangeKey;
  #list: HTMLElement;
  #say: (text: string) => void;

  constructor(form: HTMLFormElement, key: ArrangeKey, say: (text: string) => void) {
    this.#key = key;
    this.#list = form.querySelector<HTMLElement>(".cb-items")!;
    this.#say = say;
    for (const item of this.#items) item.append(this.#step(item, -1), this.#step(item, 1));
    this.#end();
    this.#list.addEventListener("input", ({ target }) => this.#move((target as Element).closest("li")!));
  }

  response(): number[] {
    return this.#items.filter((item) => this.#place(item).value).map((item) => Number(item.dataset.item));
  }

  fill(response: unknown): void {
    if (!Array.isArray(response) || !response.length) return;
    this.#list.append(...response.map((index) => this.#list.querySelector(`:scope > [data-item="${index}"]`)!));
    this.#number();
  }

  mark(): void {
    for (const [place, item] of this.#items.entries()) {
      const follows = Number(item.dataset.item) === Number(this.#items[place - 1]?.dataset.item) + 1;
      if (place) item.append(marked(follows, follows ? "Follows the one above" : "Does not follow the one above"));
    }
  }

  account({ score, state }: Verdict): string {
    if (state === "right") return "";
    const count = this.#key.count - 1;
    const kept = Math.round(score! * count);
    return `${kept} of ${count} items follow the right one: ${percent(score)}. Neighbours count, not places.`;
  }

  feedback(): string {
    return "";
  }

  get #items(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>(":scope > li")];
  }

  #place(item: Element): HTMLSelectElement {
    return item.querySelector("select")!;
  }

  #step(item: HTMLElement, by: 1 | -1): HTMLButtonElement {
    const button = element("button", { type: "button", className: "cb-step", textContent: by < 0 ? "↑" : "↓" });
    button.ariaLabel = `Move ${by < 0 ? "up" : "down"}: ${nameOf(item)}`;
    button.addEventListener("click", () => {
      if (button.ariaDisabled === "true") return;
      this.#place(item).value = String(this.#items.indexOf(item) + 1 + by);
      this.#place(item).dispatchEvent(new Event("input", { bubbles: true }));
    });
    return button;
  }

  /** To the place that its select names: the others move around it, so that what has the focus keeps it. */
  #move(item: HTMLElement): void {
    const place = Number(this.#place(item).value);
    const others = this.#items.filter((other) => other !== item);
    item.before(...others.slice(0, place - 1));
    item.after(...others.slice(place - 1));
    this.#number();
    this.#say(`${nameOf(item)}: now ${place} of ${others.length + 1}.`);
  }

  #number(): void {
    for (const [index, item] of this.#items.entries()) {
      this.#place(item).querySelector('[value=""]')?.remove();
      this.#place(item).value = String(index + 1);
    }
    this.#end();
  }

  #end(): void {
    const items = this.#items;
    for (const item of items) {
      const [up, down] = item.querySelectorAll(".cb-step");
      up!.ariaDisabled = String(item === items[0]);
      down!.ariaDisabled = String(item === items.at(-1));
    }
  }
}

function nameOf(item: Element): string {
  return item.querySelector("label > span")!.textContent!.trim();
}
