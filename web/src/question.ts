/**
 * Questions: an attempt, a verdict, the answer. Without a script the page shows the same form and a disclosure.
 *
 * The same element stands in chapters (`mode="practice"`), in the deck ("review": the deck asks what to keep) and in an exam
 * ("exam": it takes answers, and says nothing until it is told to show a verdict).
 */
import { element } from "./dom";
import { type Verdict, grade } from "./grade";
import { type Mode, Sheet } from "./sheet";
import { type Rating, open } from "./store";

/** What `cb-answered` tells. */
export interface Answered {
  id: string;
  hash: string;
  rating: Rating;
  verdict: Verdict;
}

declare global {
  interface HTMLElementEventMap {
    "cb-answered": CustomEvent<Answered>;
  }
}

type Attempt = { variant: number; response: unknown };

/** The last attempt at each question, so that it is still there when the reader comes back to the page or reloads it. */
const attempts = kept();

function kept(): Map<string, Attempt> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem("coursebook-attempts") ?? "[]"));
  } catch {
    return new Map(); // no storage: for as long as no page is loaded anew
  }
}

function keep(id: string, attempt: Attempt): void {
  attempts.set(id, attempt);
  try {
    sessionStorage.setItem("coursebook-attempts", JSON.stringify([...attempts]));
  } catch {
    return;
  }
}

export class Question extends HTMLElement {
  #sheets: Sheet[] = [];
  /** Index of the variant that is shown. */
  variant = 0;

  connectedCallback(): void {
    if (this.#sheets.length || !this.querySelector(".cb-form")) return;
    const variants = [...this.querySelectorAll<HTMLElement>(":scope > .cb-variant")];
    const roots = variants.length ? variants : [this];
    this.#sheets = roots.map((root) => new Sheet(root, this.#mode, (rating, verdict) => this.#tell(rating, verdict)));
    if (this.#mode === "exam") return this.querySelector(".cb-wrong-link")?.remove();
    if (this.#mode === "practice") this.#restore();
    this.addEventListener("submit", () => keep(this.id, { variant: this.variant, response: this.response() }));
    if (variants.length > 1) this.#addAnother();
  }

  response(): unknown {
    return this.#sheet.input.response();
  }

  /** Puts a response back; what does not fit is ignored. */
  fill(response: unknown): void {
    if (grade(this.#sheet.key, response).state !== "unreadable") this.#sheet.input.fill(response);
  }

  verdict(): Verdict {
    return grade(this.#sheet.key, this.response());
  }

  /** Says a verdict on what is filled in, with its feedback, and gives access to the answer. */
  show(verdict: Verdict): void {
    this.#sheet.show(verdict);
  }

  /** Brings the options of a choice into an order of their indices. */
  reorder(order: readonly number[]): void {
    const list = this.#sheet.form.querySelector(".cb-choices");
    const choices = order.map((index) => list?.querySelector(`[value="${index}"]`)?.closest("label"));
    list?.append(...choices.filter((choice) => choice != null));
  }

  get #sheet(): Sheet {
    return this.#sheets[this.variant]!;
  }

  get #mode(): Mode {
    return (this.getAttribute("mode") ?? "practice") as Mode;
  }

  /** In review the deck asks what to keep. */
  #tell(rating: Rating, verdict: Verdict): void {
    const [id, hash] = [this.id.replace(/^q-/, ""), this.dataset.hash ?? ""];
    if (this.#mode === "practice") open().add(id, hash, rating);
    const detail: Answered = { id, hash, rating, verdict };
    this.dispatchEvent(new CustomEvent("cb-answered", { bubbles: true, detail }));
  }

  #addAnother(): void {
    const button = element("button", { type: "button", className: "cb-button", textContent: "Another like this" });
    button.addEventListener("click", () => {
      this.#turnTo((this.variant + 1) % this.#sheets.length);
      this.#sheet.focus();
    });
    this.#sheets.at(-1)!.root.after(element("p", { className: "cb-actions" }, button));
  }

  #turnTo(variant: number): void {
    this.variant = variant;
    for (const [index, sheet] of this.#sheets.entries()) sheet.root.hidden = index !== variant;
  }

  #restore(): void {
    const attempt = attempts.get(this.id);
    if (!attempt || !this.#sheets[attempt.variant]) return;
    this.#turnTo(attempt.variant);
    this.fill(attempt.response);
  }
}
