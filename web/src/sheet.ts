/** One form with its key and its answer: a question, or one variant of it. */
import { element } from "./dom";
import { type Key, type Verdict, grade } from "./grade";
import { type Input, inputOf } from "./inputs";
import { ratings, tickable, worth } from "./rating";
import type { Rating } from "./store";

/** Practice in a chapter; review, where the deck asks for the rating; an exam, where nothing is said until the end. */
export type Mode = "practice" | "review" | "exam";

/** Told of the first attempt, and of the moment after it when the answer is right; of an open one when it is rated. */
type Answered = (rating: Rating, verdict: Verdict) => void;

const STATES = { right: "✓ Right.", partly: "◐ Partly right.", wrong: "✗ Wrong." };

export class Sheet {
  readonly root: HTMLElement;
  readonly form: HTMLFormElement;
  readonly key: Key;
  readonly input: Input;
  #mode: Mode;
  #answered: Answered;
  #answer: HTMLDetailsElement;
  #status = element("div", { className: "cb-status", role: "status", ariaLive: "polite", tabIndex: -1 });
  /** By a hint, or by a verdict. */
  #helped = false;
  #tried = false;
  #done = false;

  constructor(root: HTMLElement, mode: Mode, answered: Answered) {
    this.root = root;
    this.#mode = mode;
    this.#answered = answered;
    this.form = root.querySelector<HTMLFormElement>(".cb-form")!;
    this.#answer = root.querySelector<HTMLDetailsElement>(".cb-answer")!;
    this.key = JSON.parse(root.dataset.key!) as Key;
    this.input = inputOf(this.form, this.key, (text) =>
      this.#say(element("span", { className: "cb-moved", textContent: text })),
    );
    this.#answer.hidden = true;
    this.form.after(this.#status);
    this.form.addEventListener("input", () => this.#clear(), true);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (mode !== "exam") this.#attempt();
    });
    this.#chain([...this.form.querySelectorAll<HTMLDetailsElement>(".cb-hint")]);
    if (mode !== "exam") this.#addCheck();
  }

  /** Says a verdict on what is filled in, and gives access to the answer. */
  show(verdict: Verdict): void {
    const { state } = verdict;
    this.#clear();
    if (this.key.kind === "open") return this.#compare(verdict);
    if (state === "empty" || state === "unreadable" || state === "open") return this.#ask(state);
    const mark = element("strong", { className: "cb-mark", dataset: { mark: state }, textContent: STATES[state] });
    this.#say(mark, ` ${this.input.account(verdict)}`);
    this.#status.append(...this.#feedback(verdict));
    this.#answer.hidden = false;
    this.input.mark();
  }

  /** Where the reader goes on who asked for this one. */
  focus(): void {
    const legend = this.form.querySelector("legend")!;
    legend.tabIndex = -1;
    legend.focus();
  }

  #addCheck(): void {
    const textContent = this.key.kind === "open" ? "Compare with the answer" : "Check";
    this.form.append(element("p", { className: "cb-actions" }, element("button", { className: "cb-button", textContent })));
  }

  /** One hint after another; in an exam none. */
  #chain(hints: HTMLDetailsElement[]): void {
    for (const [index, hint] of hints.entries()) {
      hint.hidden = index > 0 || this.#mode === "exam";
      hint.addEventListener("toggle", () => {
        this.#helped = true;
        if (hints[index + 1]) hints[index + 1]!.hidden = false;
      });
    }
  }

  #attempt(): void {
    const verdict = grade(this.key, this.input.response());
    this.show(verdict);
    this.#status.focus();
    const { state } = verdict;
    if (this.#done || (state !== "right" && state !== "partly" && state !== "wrong")) return;
    if (state === "right") this.#answered(this.#helped ? 2 : 3, verdict);
    else if (!this.#tried) this.#answered(state === "partly" ? 2 : 1, verdict);
    this.#done = state === "right";
    this.#tried = this.#helped = true;
  }

  /** What is missing before there can be a verdict; in an exam that is over, the answer all the same. */
  #ask(state: "empty" | "unreadable" | "open"): void {
    const field = this.form.querySelector("input");
    if (state === "unreadable") field?.setAttribute("aria-invalid", "true");
    const refusal = `“${field?.value.trim()}” does not read as a number. Write it like 12.5 or 12,5.`;
    this.#say(state === "unreadable" ? refusal : this.input.wanted);
    this.#answer.hidden = this.#mode !== "exam";
  }

  /** What the answer says about what was given; when it is right, the explanation too. */
  #feedback(verdict: Verdict): Node[] {
    const about = this.input.feedback(verdict);
    const found = about ? [...this.#answer.querySelectorAll(about)].map((node) => node.cloneNode(true)) : [];
    const said = found[0] instanceof HTMLLIElement ? [element("ul", { className: "cb-feedback" }, ...found)] : found;
    const explanation = verdict.state === "right" ? this.#answer.querySelector(".cb-model") : null;
    return explanation ? [...said, explanation.cloneNode(true)] : said;
  }

  /** An open answer is compared by whoever gave it; the common wrong one comes after that. */
  #compare(verdict: Verdict): void {
    const mistake = this.#answer.querySelector<HTMLElement>(".cb-mistake");
    if (mistake) this.#answer.append(mistake);
    this.#answer.hidden = false;
    this.#answer.open = true;
    if (this.#mode === "exam" || this.#done) return;
    const rubric = tickable(this.#answer, (points) => {
      this.#say(`${points.filter(Boolean).length} of ${points.length} points.`);
      if (this.#mode === "review") this.#answered(worth(points), verdict);
    });
    this.#say(rubric ? "Compare, tick what your answer has, and say how you did." : "Compare, and say how you did.");
    if (this.#mode === "review") this.#answered(rubric ? 1 : 3, verdict);
    else if (!this.#tried) this.#addRatings(verdict, mistake);
    this.#tried = true;
  }

  #addRatings(verdict: Verdict, mistake: HTMLElement | null): void {
    if (mistake) mistake.hidden = true;
    const group = ratings((rating, name) => {
      group.remove();
      if (mistake) mistake.hidden = false;
      this.#say(`Noted: ${name}.`);
      this.#status.focus();
      this.#done = true;
      this.#answered(rating, verdict);
    });
    this.#answer.after(group);
  }

  #say(...content: (Node | string)[]): void {
    this.#status.replaceChildren(element("p", {}, ...content));
  }

  #clear(): void {
    this.#status.replaceChildren();
    this.form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    for (const mark of this.form.querySelectorAll(".cb-mark")) mark.remove();
  }
}
