/** <cb-builder>: choose what an exam asks, see what is drawn, and take its link and the command that marks it. */
import { type Assignment, BadLink, draw, isGraded, matching, namesOf, parse, write } from "./assignment";
import { type Bank, load } from "./bank";
import { element } from "./dom";
import { field, group, moment, tick } from "./forms";
import { button, row } from "./parts";
import { styled } from "./styled";

const KINDS: Record<string, string> = {
  single: "Single choice",
  multiple: "Multiple choice",
  numeric: "Number",
  text: "Short text",
  order: "Order",
  match: "Match",
  recall: "Recall",
  interview: "Interview",
};

export class Builder extends HTMLElement {
  #bank: Bank | undefined;
  #form = element("form", { className: "cb-plan", method: "dialog" });
  #title = element("input", { type: "text", autocomplete: "off" });
  #n = element("input", { type: "number", min: "1", max: "9999" });
  #seed = element("input", { type: "text", required: true, autocomplete: "off" });
  #due = element("input", { type: "datetime-local" });
  #student = element("input", { type: "text", autocomplete: "off" });
  #objectives = element("div");
  #count = element("p", { className: "cb-counted", role: "status" });
  #preview = element("ol", { className: "cb-preview" });
  #link = output("cb-link");
  #command = output("cb-command");
  #result = element("div");
  #copied = element("p", { className: "cb-status", role: "status" });

  async connectedCallback(): Promise<void> {
    if (this.#bank) return;
    const [bank] = await Promise.all([load().catch(() => undefined), styled(this, "exam.css")]);
    if (!bank) {
      this.append(element("p", { textContent: "The course's questions could not be loaded. Try again later." }));
      return;
    }
    this.#bank = bank;
    this.#build(bank);
    this.#fill(before());
    this.#form.addEventListener("input", ({ target }) => {
      if ((target as HTMLInputElement).name === "chapters") this.#listObjectives(this.#ticked("objectives"));
      this.#show();
    });
    this.#form.addEventListener("change", () => history.replaceState(history.state, "", `#${write(this.#assignment)}`));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#show();
  }

  #build({ chapters, questions, release }: Bank): void {
    const used = chapters.filter((_, index) => questions.some(({ chapter }) => chapter === index));
    const kinds = Object.keys(KINDS).filter((kind) => questions.some(({ type }) => type === kind));
    const isOpen = (kind: string): boolean => questions.some((question) => question.type === kind && !isGraded(question));
    this.#form.append(
      field("Title", this.#title),
      group("Chapters", note("None ticked: all."), ...used.map(({ url, title }) => tick("checkbox", "chapters", namesOf(url)[0]!, title))),
      this.#objectives,
      group(
        "Kinds",
        note("None ticked: all that are marked by themselves."),
        ...kinds.map((kind) => tick("checkbox", "types", kind, `${KINDS[kind]}${isOpen(kind) ? " (you read the answers)" : ""}`)),
      ),
      field("How many questions", this.#n, "Left empty: all that match."),
      row(field("Seed", this.#seed, "Decides what is drawn, and in which order."), button("Draw a new one", () => this.#reseed())),
      group("Form", tick("radio", "form", "same", "The same for all", true), tick("radio", "form", "own", "Other variants, and another order, for each student")),
      field("Due", this.#due, "By your clock. Later ones are marked, too, and flagged."),
      group("At the end", tick("radio", "feedback", "end", "Show score and answers", true), tick("radio", "feedback", "none", "Show neither")),
    );
    const bank = element("a", { className: "cb-button", href: `${this.#bank!.root}questions.json`, download: `questions-${release.slice(0, 12)}.json` });
    bank.textContent = "Save this release's questions";
    this.#result.append(
      element("h2", { textContent: "What is drawn" }),
      this.#count,
      field("As this student id gets it", this.#student),
      this.#preview,
      element("h2", { textContent: "The link" }),
      field("For your students", this.#link),
      row(copy(this.#link, "Copy the link", this.#copied)),
      element("h2", { textContent: "The marks" }),
      note("Keep the questions of this release: the course may change before you mark. Put the files that students hand in into a folder."),
      field("The command that marks them", this.#command),
      row(bank, copy(this.#command, "Copy the command", this.#copied)),
      this.#copied,
    );
    this.append(this.#form, this.#result);
    this.#student.addEventListener("input", () => this.#show());
    this.#command.value = `coursebook grade attempts --release questions-${release.slice(0, 12)}.json --out marks`;
  }

  /** What the address says, so that a reload, or a link from before, goes on from there. */
  #fill(given: Assignment | undefined): void {
    this.#listObjectives(given?.objectives ?? []);
    this.#seed.value = given?.seed ?? freshSeed();
    this.#n.value = given ? String(given.n || "") : "10";
    if (!given) return;
    this.#title.value = given.title;
    this.#due.value = given.due && local(new Date(given.due));
    const said: Record<string, string[]> = { chapters: given.chapters, types: given.types, form: [given.form], feedback: [given.feedback] };
    for (const [name, values] of Object.entries(said)) {
      for (const input of this.#inputs(name)) input.checked = values.includes(input.value);
    }
    this.#listObjectives(given.objectives);
  }

  #reseed(): void {
    this.#seed.value = freshSeed();
    this.#seed.dispatchEvent(new Event("change", { bubbles: true }));
    this.#show();
  }

  /** The objectives of the chapters chosen; of all, where none is. */
  #listObjectives(ticked: string[]): void {
    const { chapters, questions } = this.#bank!;
    const chosen = this.#ticked("chapters");
    const names = new Map(
      questions
        .filter(({ objective, chapter }) => objective && (!chosen.length || chosen.includes(namesOf(chapters[chapter]!.url)[0]!)))
        .map(({ objective, chapter }) => [objective, chapters[chapter]!.objectives[objective] ?? objective]),
    );
    const ticks = [...names].map(([name, text]) => tick("checkbox", "objectives", name, text, ticked.includes(name)));
    const open = ticked.length > 0 || this.#objectives.querySelector("details")?.open === true;
    const list = group("Objectives", note("None ticked: all."), ...ticks);
    this.#objectives.replaceChildren(...(ticks.length ? [element("details", { className: "cb-data", open }, element("summary", { textContent: "Choose objectives" }), list)] : []));
  }

  #inputs(name: string): HTMLInputElement[] {
    return [...this.#form.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)];
  }

  #ticked(name: string): string[] {
    return this.#inputs(name).filter(({ checked }) => checked).map(({ value }) => value);
  }

  get #assignment(): Assignment {
    return {
      title: this.#title.value.trim(),
      release: this.#bank!.release,
      chapters: this.#ticked("chapters"),
      objectives: this.#ticked("objectives"),
      types: this.#ticked("types"),
      audience: "",
      n: Number(this.#n.value),
      seed: this.#seed.value.trim(),
      due: this.#due.value && `${new Date(this.#due.value).toISOString().slice(0, 16)}Z`,
      form: this.#ticked("form")[0] as Assignment["form"],
      feedback: this.#ticked("feedback")[0] as Assignment["feedback"],
    };
  }

  /** Everything that follows from the form; where nothing can, why. */
  #show(): void {
    const assignment = this.#assignment;
    const fragment = write(assignment);
    const said: string[] = [];
    this.#student.closest("label")!.hidden = assignment.form === "same";
    this.#preview.replaceChildren();
    this.#link.value = "";
    try {
      const found = matching(this.#bank!, { ...assignment, n: 0 });
      said.push(`${plural(found.length)} match${found.length === 1 ? "es" : ""}`);
      const drawn = draw(matching(this.#bank!, parse(fragment)), assignment, this.#student.value);
      said.push(`${drawn.length} ${drawn.length === 1 ? "is" : "are"} drawn`);
      if (assignment.due) said.push(`due on ${moment(assignment.due)}, which is ${assignment.due}`);
      const { chapters } = this.#bank!;
      const line = ({ title, type, chapter }: (typeof found)[number]): string => `${title} (${KINDS[type] ?? type}, ${chapters[chapter]!.title})`;
      this.#preview.append(...drawn.map(({ question }) => element("li", { textContent: line(question) })));
      this.#link.value = new URL(`exam/#${fragment}`, this.#bank!.root).href;
    } catch (error) {
      if (!(error instanceof BadLink)) throw error;
      said.push(...error.faults);
    }
    const text = `${said.join("; ")}.`;
    if (this.#count.textContent !== text) this.#count.textContent = text;
  }
}

function before(): Assignment | undefined {
  try {
    return parse(location.hash);
  } catch {
    return undefined;
  }
}

function note(textContent: string): HTMLParagraphElement {
  return element("p", { className: "cb-quiet", textContent });
}

function output(className: string): HTMLTextAreaElement {
  return element("textarea", { className, readOnly: true, rows: 3, spellcheck: false });
}

function copy(from: HTMLTextAreaElement, label: string, said: HTMLElement): HTMLButtonElement {
  return button(label, async () => {
    try {
      await navigator.clipboard.writeText(from.value);
      said.textContent = "Copied.";
    } catch {
      from.select();
      said.textContent = "It is selected: copy it with the keyboard.";
    }
  });
}

function freshSeed(): string {
  return String(crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000);
}

/** A time as an input takes it, by the reader's clock. */
function local(time: Date): string {
  return new Date(time.getTime() - 60_000 * time.getTimezoneOffset()).toISOString().slice(0, 16);
}

function plural(count: number): string {
  return `${count} question${count === 1 ? "" : "s"}`;
}

customElements.define("cb-builder", Builder);
