/** <cb-interview>: draws from the interview bank; the answer, the rubric and the common wrong answer are the question's own. */
import { type Bank, type BankQuestion, load, mounted } from "./bank";
import { element } from "./dom";
import { button, row } from "./parts";
import { worth } from "./rating";
import { open } from "./store";
import { styled } from "./styled";

const RATINGS = ["missed", "partly", "got it", "easy"];
const STATES = { all: "All", new: "Not yet practised", low: "Rated low" } as const;
const CLOCK = "interview-clock";

export class Interview extends HTMLElement {
  #store = open();
  #bank: Bank | undefined;
  #chapter = element("select");
  #objective = element("select");
  #state = element("select", {}, ...Object.entries(STATES).map(([value, text]) => new Option(text, value)));
  #count = element("p", { className: "cb-status", role: "status" });
  #desk = element("section", { className: "cb-desk" });
  #drawn = new Set<string>();
  #noted = false;
  #stop = (): void => {};

  async connectedCallback(): Promise<void> {
    if (this.#bank) return;
    const [bank] = await Promise.all([load().catch(() => undefined), styled(this, "deck.css")]);
    if (!bank) {
      this.append(
        element("p", {
          role: "status",
          textContent: "The questions could not be loaded: read them below, or try again later.",
        }),
      );
      return;
    }
    this.#bank = { ...bank, questions: bank.questions.filter(({ audience }) => audience === "interview") };
    this.#listChapters();
    this.#listObjectives();
    const draw = element("button", { className: "cb-button", textContent: "Draw a question" });
    const form = element(
      "form",
      { className: "cb-filters", method: "dialog" },
      field("Chapter", this.#chapter),
      field("Objective", this.#objective),
      field("Which", this.#state),
      draw,
    );
    form.addEventListener("change", ({ target }) => {
      if (target === this.#chapter) this.#listObjectives();
      this.#say();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#draw();
    });
    this.append(form, this.#count, this.#desk);
    this.#say();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  #listChapters(): void {
    const { chapters, questions } = this.#bank!;
    const used = [...new Set(questions.map(({ chapter }) => chapter))].sort((a, b) => a - b);
    this.#chapter.replaceChildren(
      new Option("All", ""),
      ...used.map((index) => new Option(chapters[index]!.title, `${index}`)),
    );
  }

  /** The objectives of the chapter chosen; of all chapters, where none is. */
  #listObjectives(): void {
    const { chapters, questions } = this.#bank!;
    const found = new Map<string, string>();
    for (const { chapter, objective } of questions) {
      const text = chapters[chapter]!.objectives[objective];
      if (text && ["", `${chapter}`].includes(this.#chapter.value)) found.set(identity(chapter, objective), text);
    }
    this.#objective.replaceChildren(new Option("All", ""), ...[...found].map(([value, text]) => new Option(text, value)));
  }

  /** What the filters leave. */
  #matching(): BankQuestion[] {
    const last = new Map(this.#store.log.map(([id, , , rating]) => [id, rating]));
    return this.#bank!.questions.filter(
      ({ id, chapter, objective }) =>
        ["", `${chapter}`].includes(this.#chapter.value) &&
        ["", identity(chapter, objective)].includes(this.#objective.value) &&
        (this.#state.value === "all" || (this.#state.value === "new" ? !last.has(id) : (last.get(id) ?? 3) < 3)),
    );
  }

  #say(): void {
    const count = this.#matching().length;
    this.#count.textContent = count
      ? `${count} of ${this.#bank!.questions.length} questions.`
      : "No question is left: choose more.";
  }

  /** One of those that match; none comes twice before each came once. */
  #draw(): void {
    const matching = this.#matching();
    this.#say();
    if (!matching.length) return;
    let fresh = matching.filter(({ id }) => !this.#drawn.has(id));
    if (!fresh.length) {
      const before = [...this.#drawn].at(-1);
      this.#drawn.clear();
      fresh = matching.length > 1 ? matching.filter(({ id }) => id !== before) : matching;
    }
    const question = fresh[Math.floor(Math.random() * fresh.length)]!;
    this.#drawn.add(question.id);
    this.#ask(question);
  }

  #ask(source: BankQuestion): void {
    this.#stop();
    this.#noted = false;
    const { chapters, root } = this.#bank!;
    const chapter = chapters[source.chapter]!;
    const title = element("h2", { textContent: "Your question", tabIndex: -1 });
    const origin = element(
      "p",
      { className: "cb-origin" },
      "From ",
      element("a", { href: root + chapter.url, textContent: chapter.title }),
      this.#practised(source.id),
    );
    const question = mounted(source, 0, root);
    question.setAttribute("mode", "review");
    const { clock, stop } = this.#clock();
    this.#stop = stop;
    question.addEventListener("submit", stop);
    const place = element("div", {}, element("p", { className: "cb-status", role: "status" }), row());
    question.addEventListener("cb-answered", () => this.#noted || this.#offer(source, question, place));
    this.#desk.replaceChildren(title, origin, clock, question, place);
    title.focus();
  }

  #practised(id: string): string {
    const ratings = this.#store.log.filter((entry) => entry[0] === id).map(([, , , rating]) => rating);
    const times = ["once", "twice"][ratings.length - 1] ?? `${ratings.length} times`;
    return ratings.length ? `; practised ${times}, last time: ${RATINGS[ratings.at(-1)! - 1]}` : "; not yet practised";
  }

  /** The answer is open: the rating follows from the points that are ticked, and the common wrong answer waits for it. */
  #offer(source: BankQuestion, question: HTMLElement, place: HTMLElement): void {
    const mistake = question.querySelector<HTMLElement>(".cb-mistake");
    if (mistake) mistake.hidden = true;
    const boxes = [...question.querySelectorAll<HTMLInputElement>(".cb-rubric input")];
    const ticked = boxes.filter(({ checked }) => checked).length;
    const rating = worth(boxes.map(({ checked }) => checked));
    const said = `${ticked} of ${boxes.length} points, ${RATINGS[rating - 1]}`;
    const [status, actions] = place.children as unknown as [HTMLElement, HTMLElement];
    const note = button(`Note: ${said}`, () => {
      this.#noted = true;
      this.#store.add(source.id, source.hash, rating);
      if (mistake) mistake.hidden = false;
      for (const box of boxes) box.disabled = true;
      actions.replaceChildren(button("Draw another", () => this.#draw()));
      status.textContent = `Noted: ${said}.`;
      this.#say();
      (mistake ?? actions.querySelector("button")!).focus();
    });
    mistake?.setAttribute("tabindex", "-1");
    actions.replaceChildren(note);
  }

  /** Counts up, for whoever wants to know; hidden once, it stays hidden. */
  #clock(): { clock: HTMLElement; stop: () => void } {
    const start = Date.now();
    const time = element("span", { className: "cb-clock", role: "timer", ariaLabel: "Time since the question was drawn" });
    const toggle = button("", () => {
      show(time.hidden === true);
      this.#store.set(CLOCK, !time.hidden);
    });
    const show = (shown: boolean): void => {
      time.hidden = !shown;
      toggle.textContent = shown ? "Hide the clock" : "Show the clock";
    };
    const tick = (): void => {
      const seconds = Math.floor((Date.now() - start) / 1000);
      time.textContent = `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;
    };
    tick();
    show(this.#store.settings[CLOCK] !== false);
    const running = setInterval(tick, 1000);
    const hint = element("span", {
      className: "cb-origin",
      textContent: "Write your answer, or say it aloud. Nobody listens, and there is no hurry.",
    });
    return { clock: row(time, toggle, hint), stop: () => clearInterval(running) };
  }
}

function field(name: string, select: HTMLSelectElement): HTMLElement {
  return element("label", {}, element("span", { textContent: name }), select);
}

function identity(chapter: number, objective: string): string {
  return `${chapter} ${objective}`;
}

customElements.define("cb-interview", Interview);
