/** <cb-exam>: the exam that the address names, all its questions on one page; it ends with a file to hand in. */
import { type Assignment, BadLink, type Drawn, draw, matching, parse, write } from "./assignment";
import { type Attempt, Keeper, fileOf, marksOf, whole } from "./attempt";
import { type Bank, type BankQuestion, load, mounted } from "./bank";
import { element } from "./dom";
import { confirmed, field, moment } from "./forms";
import { button, row } from "./parts";
import type { Question } from "./question";
import { styled } from "./styled";

const KEPT = "Every change is kept in this browser: after a reload, or when you come back to this address, you go on where you were.";
const LOST = "This browser keeps nothing for this page: do not reload or leave it before you have saved your file.";
const HONEST =
  "Nothing is sent anywhere: at the end you save a file and hand it in. It is not proof against tampering, and the answers stand in the source of the course's pages.";

/** The link of the exam that was open last: the theme may put the page up anew when the address names a heading on it. */
let last = "";

export class Exam extends HTMLElement {
  #bank: Bank | undefined;
  #assignment!: Assignment;
  #keeper!: Keeper;
  /** The questions to draw from; those drawn; and these on the page. */
  #matching: BankQuestion[] = [];
  #drawn: Drawn[] = [];
  #asked: Question[] = [];
  #attempt: Attempt | undefined;
  #kept = paragraph("", "cb-quiet");
  #open = paragraph("", "cb-open");

  async connectedCallback(): Promise<void> {
    window.addEventListener("hashchange", this.#turn);
    window.addEventListener("storage", this.#yield);
    window.addEventListener("beforeunload", this.#warn);
    if (this.#bank) return;
    const [bank] = await Promise.all([load().catch(() => undefined), styled(this, "exam.css")]);
    this.#bank = bank;
    if (bank) this.#begin();
    else this.#lay("This exam cannot be shown", paragraph("The course's questions could not be loaded. Try again later."));
  }

  disconnectedCallback(): void {
    window.removeEventListener("hashchange", this.#turn);
    window.removeEventListener("storage", this.#yield);
    window.removeEventListener("beforeunload", this.#warn);
  }

  /** Another link is another exam; a heading's address is none, and must not cost the link. */
  #turn = (): void => {
    if (!restored() && this.#bank) this.#begin();
  };

  /** The same exam in another window: one of the two must stop, or each would write over the other. */
  #yield = ({ key }: StorageEvent): void => {
    if (!this.#attempt || key !== this.#keeper.key) return;
    this.#attempt = undefined;
    this.#lay("This exam is open in another window", paragraph("Go on there. Or close it there, and reload this page."));
  };

  #warn = (event: Event): void => {
    if (this.#attempt && !this.#attempt.finished && this.#kept.textContent === LOST) event.preventDefault();
  };

  #begin(): void {
    this.#attempt = undefined;
    restored();
    try {
      this.#assignment = parse(location.hash);
      last = write(this.#assignment);
      this.#keeper = new Keeper(last);
      if (this.#assignment.release !== this.#bank!.release) return this.#refuseRelease();
      this.#matching = matching(this.#bank!, this.#assignment);
    } catch (error) {
      if (!(error instanceof BadLink)) throw error;
      return this.#refuse(error.faults);
    }
    const kept = this.#keeper.read();
    if (kept) this.#take(kept);
    else this.#welcome();
  }

  #refuse(faults: string[]): void {
    if (!location.hash) {
      this.#lay("No exam is named", paragraph("An exam is opened by the link that your instructor gives you. This address has none."));
      return;
    }
    const list = element("ul", {}, ...faults.map((fault) => element("li", { textContent: fault })));
    this.#lay("This link is wrong", paragraph("Perhaps it was cut when it was copied: copy it whole, or ask your instructor for it. What is wrong:"), list);
  }

  /** The questions have changed; what was answered before that is not lost. */
  #refuseRelease(): void {
    const [theirs, ours] = [this.#assignment, this.#bank!].map(({ release }) => release.slice(0, 12));
    const said = `The link is for release ${theirs} of the course. This is release ${ours}: its questions have changed. Ask your instructor for a new link.`;
    const kept = this.#keeper.read();
    const rescued = kept ? [paragraph("What you had answered is still here. Save it and hand it in:"), row(this.#download({ finished: now(), ...kept }))] : [];
    this.#lay("This link is for another release", paragraph(said), ...rescued);
  }

  /** Asks who is there. */
  #welcome(): void {
    const [name, id] = (["name", "off"] as const).map((autocomplete) => element("input", { type: "text", required: true, pattern: ".*\\S.*", autocomplete }));
    const hint = this.#assignment.form === "own" ? "Your questions depend on it: type it as your instructor knows it." : "";
    const start = element("button", { className: "cb-button", textContent: "Start" });
    const form = element("form", { className: "cb-who", method: "dialog" }, field("Name", name!), field("Student id", id!, hint), start);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const student = { name: whole(name!.value.trim()), id: whole(id!.value.trim()) };
      this.#take({ release: this.#assignment.release, link: write(this.#assignment), student, started: now(), answers: [] });
      this.querySelector("h2")!.focus();
    });
    this.#lay(this.#title, this.#facts(), paragraph(KEPT), paragraph(HONEST), form);
  }

  /** Shows the questions, with what was answered before. */
  #take(attempt: Attempt): void {
    const before = new Map(attempt.answers.map(({ id, response }) => [id, response]));
    this.#attempt = attempt;
    this.#drawn = draw(this.#matching, this.#assignment, attempt.student.id);
    this.#asked = this.#drawn.map(({ question, variant }) => mounted(question, variant, this.#bank!.root));
    const sections = this.#asked.map((asked, index) => {
      asked.setAttribute("mode", "exam");
      const heading = element("h3", { tabIndex: -1, textContent: `Question ${index + 1} of ${this.#asked.length}` });
      return element("section", { className: "cb-asked" }, heading, asked);
    });
    const finish = row(button("Finish", () => void this.#finish()));
    this.#lay(this.#title, this.#facts(), this.#who(attempt), this.#kept, ...sections, element("div", { className: "cb-end" }, this.#open, finish));
    for (const [index, asked] of this.#asked.entries()) {
      const { question, order } = this.#drawn[index]!;
      asked.reorder(order);
      asked.fill(before.get(question.id));
      asked.addEventListener("input", () => this.#save());
    }
    if (attempt.finished) this.#close(attempt, attempt.finished);
    else this.#save();
  }

  #save(): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    attempt.answers = this.#drawn.map(({ question, variant }, index) => ({ id: question.id, variant, response: whole(this.#asked[index]!.response()) }));
    const said = this.#keeper.keep(attempt) ? KEPT : LOST;
    if (this.#kept.textContent !== said) this.#kept.textContent = said;
    this.#showOpen();
  }

  get #empty(): number[] {
    return [...this.#asked.keys()].filter((index) => this.#asked[index]!.verdict().state === "empty");
  }

  #showOpen(): void {
    const ways = this.#empty.map((index) => {
      const way = button(String(index + 1), () => this.querySelectorAll<HTMLElement>(".cb-asked > h3")[index]!.focus());
      way.ariaLabel = `Go to question ${index + 1}`;
      return way;
    });
    this.#open.replaceChildren(ways.length ? "Not answered yet: " : "Every question has an answer.", ...ways.flatMap((way) => [way, " "]));
  }

  async #finish(): Promise<void> {
    const empty = this.#empty.map((index) => index + 1);
    const open = empty.length ? `Without an answer: ${empty.join(", ")}. ` : "";
    const attempt = this.#attempt;
    if (!(await confirmed(this, `${open}Once you have finished, nothing can be changed.`, "Go on answering", "Finish")) || !attempt) return;
    attempt.finished = now();
    this.#save();
    this.#close(attempt, attempt.finished);
    this.querySelector<HTMLElement>(".cb-result h3")!.focus();
  }

  /** The exam is over: what was said stays to be seen, with verdicts where the link has them shown. */
  #close(attempt: Attempt, finished: string): void {
    const { due, feedback } = this.#assignment;
    const verdicts = this.#asked.map((asked) => asked.verdict());
    for (const [index, asked] of this.#asked.entries()) {
      if (feedback === "end") asked.show(verdicts[index]!);
      if (verdicts[index]!.state === "empty") asked.querySelector(".cb-status p")?.replaceChildren("Not answered.");
      for (const part of asked.querySelectorAll("fieldset")) part.disabled = true;
    }
    const { points, of, percent } = marksOf(verdicts);
    const unread = verdicts.length > of ? ` ${verdicts.length - of} to be read by your instructor.` : "";
    const late = due && new Date(finished) > new Date(due) ? " This was after it was due." : "";
    const result = element(
      "section",
      { className: "cb-result" },
      element("h3", { tabIndex: -1, textContent: "Finished" }),
      ...(feedback === "end" ? [paragraph(`${points} of ${of} points, ${percent} %.${unread}`, "cb-score")] : []),
      paragraph(`Finished on ${moment(finished)}.${late} Save this file and hand it in; do not change it.`),
      row(this.#download(attempt), button("Print", () => window.print())),
    );
    this.querySelector(".cb-end")!.remove();
    this.#kept.replaceWith(result);
  }

  #download(attempt: Attempt): HTMLAnchorElement {
    const name = `${this.#title}-${attempt.student.id}`.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    const href = URL.createObjectURL(new Blob([fileOf(attempt)], { type: "application/json" }));
    return element("a", { className: "cb-button", href, download: `${name}.json`, textContent: `Save ${name}.json` });
  }

  /** Who is answering; and a way out, where several share a machine. */
  #who({ student, started }: Attempt): HTMLElement {
    const leave = button("Not you?", async () => {
      const question = "Delete this attempt from this browser, and begin anew? It cannot be brought back.";
      if (!(await confirmed(this, question, "Keep it", "Delete"))) return;
      this.#keeper.forget();
      this.#begin();
      this.querySelector("h2")!.focus();
    });
    return element("p", { className: "cb-student" }, `${student.name} (${student.id}), begun on ${moment(started)}. `, leave);
  }

  get #title(): string {
    return this.#assignment.title || "Exam";
  }

  #facts(): HTMLElement {
    const { due, n, feedback } = this.#assignment;
    const count = n || this.#matching.length;
    const past = due && new Date(due) < new Date() ? ", which is past: what you finish now is late" : "";
    const facts = [
      `${count} question${count === 1 ? "" : "s"}.`,
      ...(due ? [`Due on ${moment(due)}${past}.`] : []),
      feedback === "end" ? "Score and answers are shown at the end." : "No score is shown: your instructor gets it from your file.",
    ];
    return paragraph(facts.join(" "), "cb-facts");
  }

  #lay(title: string, ...content: HTMLElement[]): void {
    this.replaceChildren(...this.querySelectorAll(":scope > link"), element("h2", { textContent: title, tabIndex: -1 }), ...content);
  }
}

/** Whether the address had left the last link for a place on the page, and has it again. */
function restored(): boolean {
  if (!last || !location.hash || new URLSearchParams(location.hash.slice(1)).has("v")) return false;
  history.replaceState(history.state, "", `#${last}`);
  return true;
}

function paragraph(textContent: string, className = ""): HTMLParagraphElement {
  return element("p", { className, textContent });
}

function now(): string {
  return new Date().toISOString();
}

customElements.define("cb-exam", Exam);
