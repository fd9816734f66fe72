/** Questions: an attempt, a verdict, the answer. Without a script the page shows the same form and a disclosure. */
import { element } from "./dom";
import { type ChoiceKey, type NumericKey, gradeChoices, gradeNumber } from "./grade";

type Mark = "right" | "partly" | "wrong";

interface Outcome {
  mark?: Mark;
  text: string;
  feedback?: Node[];
  /** Nothing to grade yet: the answer stays closed. */
  ungraded?: boolean;
}

const MARKS: Record<Mark, string> = { right: "✓ Right.", partly: "◐ Partly right.", wrong: "✗ Wrong." };
const RATINGS = ["Missed", "Partly", "Got it"];

/** The last attempt at each question, so that it is still there when the reader comes back to the page. */
const attempts = new Map<string, FormDataEntryValue[]>();

export class Question extends HTMLElement {
  #form!: HTMLFormElement;
  #answer!: HTMLDetailsElement;
  #status: HTMLElement | undefined;

  connectedCallback(): void {
    const form = this.querySelector<HTMLFormElement>(".cb-form");
    const answer = this.querySelector<HTMLDetailsElement>(".cb-answer");
    if (this.#status || !form || !answer) return;
    this.#form = form;
    this.#answer = answer;
    this.#status = element("div", { className: "cb-status", role: "status", ariaLive: "polite", tabIndex: -1 });

    const label = this.#open ? "Compare with the answer" : "Check";
    form.append(element("p", { className: "cb-actions" }, element("button", { className: "cb-button", textContent: label })));
    form.after(this.#status);
    answer.hidden = true;
    this.#restore();
    form.addEventListener("input", () => this.#clear());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#attempt();
    });
  }

  /** Whether the reader grades the answer, not the page. */
  get #open(): boolean {
    return this.dataset.type === "recall" || this.dataset.type === "interview";
  }

  get #inputs(): HTMLInputElement[] {
    return [...this.#form.querySelectorAll<HTMLInputElement>(".cb-choice input")];
  }

  #attempt(): void {
    attempts.set(this.id, new FormData(this.#form).getAll(this.id));
    this.#clear();
    const outcome = this.#grade();
    if (!outcome.ungraded) this.#answer.hidden = false;
    this.#say(outcome);
    this.#status?.focus();
  }

  #grade(): Outcome {
    const key: unknown = JSON.parse(this.dataset.key ?? "{}");
    switch (this.dataset.type) {
      case "single":
        return this.#gradeSingle(key as ChoiceKey);
      case "multiple":
        return this.#gradeMultiple(key as ChoiceKey);
      case "numeric":
        return this.#gradeNumeric(key as NumericKey);
      default:
        return this.#compare();
    }
  }

  #gradeSingle(key: ChoiceKey): Outcome {
    const [choice] = this.#markTicked(key);
    if (choice === undefined) return { ungraded: true, text: "Choose an answer first." };
    return {
      mark: gradeChoices(key, [choice]).score === 1 ? "right" : "wrong",
      text: "",
      feedback: [...this.#answer.querySelectorAll(`[data-choice="${choice}"] .cb-why`)].map((why) => why.cloneNode(true)),
    };
  }

  #gradeMultiple(key: ChoiceKey): Outcome {
    const ticked = this.#markTicked(key);
    if (!ticked.length) return { ungraded: true, text: "Tick every answer that you think is right." };
    const { right, wrong, total, score } = gradeChoices(key, ticked);
    return {
      mark: score === 1 ? "right" : score > 0 ? "partly" : "wrong",
      text: `${right} of ${total} right ones, ${wrong} wrong: ${Math.round(100 * score)} % by the rule that each wrong tick cancels a right one.`,
      feedback: [this.#list("choice", ticked)],
    };
  }

  #gradeNumeric(key: NumericKey): Outcome {
    const input = this.#form.querySelector<HTMLInputElement>(".cb-number input");
    const symbol = this.#form.querySelector(".cb-unit")?.textContent?.trim() ?? "";
    const typed = input?.value.trim() ?? "";
    if (!typed) return { ungraded: true, text: "Type a number first." };
    const verdict = gradeNumber(key, typed, symbol);
    if (verdict.kind === "unreadable") {
      input?.setAttribute("aria-invalid", "true");
      return { ungraded: true, text: `“${typed}” does not read as a number. Write it like 12.5 or 12,5.` };
    }
    const text = `Read as ${String(verdict.value).replace("-", "\u2212")}${symbol && `\u00a0${symbol}`}.`;
    if (verdict.kind === "right") return { mark: "right", text };
    return { mark: "wrong", text, feedback: verdict.known === undefined ? [] : [this.#list("wrong", [verdict.known])] };
  }

  #compare(): Outcome {
    this.#answer.open = true;
    const rubric = this.#answer.querySelector(".cb-rubric");
    if (rubric) this.#addRubric(rubric);
    else this.#addRating();
    return { text: rubric ? "Compare, and tick what your answer has." : "Compare, and say how you did." };
  }

  #addRubric(rubric: Element): void {
    if (rubric.querySelector("input")) return;
    for (const point of rubric.querySelectorAll("li")) {
      const text = element("span", {}, ...point.childNodes);
      point.append(element("label", { className: "cb-choice" }, element("input", { type: "checkbox" }), text));
    }
    rubric.addEventListener("change", () => {
      const points = [...rubric.querySelectorAll("input")];
      this.#say({ text: `${points.filter((point) => point.checked).length} of ${points.length} points.` });
    });
  }

  #addRating(): void {
    if (this.querySelector(".cb-rating")) return;
    const rating = element("fieldset", { className: "cb-rating" }, element("legend", { textContent: "How did you do?" }));
    for (const value of RATINGS) {
      const input = element("input", { type: "radio", name: `${this.id}-rating`, value });
      rating.append(element("label", { className: "cb-choice" }, input, element("span", { textContent: value })));
    }
    rating.addEventListener("change", ({ target }) => this.#say({ text: `Noted: ${(target as HTMLInputElement).value}.` }));
    this.#answer.after(rating);
  }

  /** The ticked choices, each now marked in its place. */
  #markTicked(key: ChoiceKey): number[] {
    const ticked = this.#inputs.filter((input) => input.checked);
    for (const input of ticked) {
      const right = key.right.includes(Number(input.value));
      const text = right ? "✓ Right" : "✗ Wrong";
      input.closest(".cb-choice")?.append(element("span", { className: "cb-mark", dataset: { mark: right ? "right" : "wrong" } }, text));
    }
    return ticked.map((input) => Number(input.value));
  }

  /** What the answer says about some choices, or about foreseen wrong numbers. */
  #list(kind: "choice" | "wrong", indices: number[]): Node {
    const items = indices.flatMap((index) => this.#answer.querySelector(`[data-${kind}="${index}"]`)?.cloneNode(true) ?? []);
    return element("ul", { className: "cb-feedback" }, ...items);
  }

  #say({ mark, text, feedback = [] }: Outcome): void {
    const line = element("p");
    if (mark) line.append(element("strong", { className: "cb-mark", dataset: { mark } }, MARKS[mark]), " ");
    line.append(text);
    this.#status?.replaceChildren(line, ...feedback);
  }

  #clear(): void {
    this.#status?.replaceChildren();
    this.#form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    for (const mark of this.#form.querySelectorAll(".cb-mark")) mark.remove();
  }

  #restore(): void {
    const attempt = attempts.get(this.id);
    if (!attempt) return;
    for (const input of this.#inputs) input.checked = attempt.includes(input.value);
    const field = this.#form.querySelector<HTMLInputElement | HTMLTextAreaElement>(".cb-number input, .cb-recall textarea");
    if (field) field.value = String(attempt[0] ?? "");
  }
}
