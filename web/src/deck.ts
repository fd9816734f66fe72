/** <cb-deck>: what the reader has answered comes back when it is due, one question at a time. */
import { type Bank, type BankQuestion, load, mounted } from "./bank";
import { element } from "./dom";
import { keeping } from "./keeping";
import { button } from "./parts";
import { drawForecast, drawHistory } from "./progress";
import { type Card, type Replayed, choices, forecast, history, inWords, plural, replay, startOfDay } from "./schedule";
import { type Rating, open } from "./store";
import { styled } from "./styled";

const RATINGS = ["Missed", "Partly", "Got it", "Easy"];
/** Longer than this nobody leaves a page open to wait for a question. */
const PATIENCE = 12 * 3_600_000;

const date = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

export class Deck extends HTMLElement {
  #store = open();
  #bank: Bank | undefined;
  #desk = element("section", { className: "cb-desk" });
  #said = element("p", { className: "cb-status", role: "status" });
  #progress = element("div");
  #waiting = 0;
  /** Another page has stored an answer: that matters where no question lies on the desk. */
  #refresh = (): void => {
    if (this.#bank && !this.#desk.querySelector("cb-question")) this.#next();
  };
  /** Takes a rating, or the proposed one, while one is asked for. */
  #rate: ((rating?: Rating) => void) | undefined;

  async connectedCallback(): Promise<void> {
    window.addEventListener("storage", this.#refresh);
    if (this.#bank) return;
    const [bank] = await Promise.all([load().catch(() => undefined), styled(this, "deck.css")]);
    if (!bank) {
      this.prepend(
        element("p", {
          role: "status",
          textContent: "The deck needs the course's questions, and they could not be loaded. Try again later.",
        }),
      );
      return;
    }
    this.#bank = bank;
    this.#desk.addEventListener("keydown", (event) => this.#press(event));
    this.append(
      this.#desk,
      this.#said,
      this.#progress,
      keeping(this.#store, () => this.#next()),
    );
    this.#next();
  }

  disconnectedCallback(): void {
    window.removeEventListener("storage", this.#refresh);
    clearTimeout(this.#waiting);
  }

  /** Puts on the desk what is due first, or says when something will be. */
  #next(): void {
    clearTimeout(this.#waiting);
    this.#rate = undefined;
    const now = Date.now();
    const replayed = replay(this.#store.log, new Map(this.#bank!.questions.map(({ id, hash }) => [id, hash])), now);
    const [first] = replayed.cards;
    this.#draw(replayed, now);
    if (!first) this.#invite();
    else if (first.due > now) this.#rest(first, now);
    else this.#ask(first, replayed.cards.filter(({ due }) => due <= now).length);
  }

  #invite(): void {
    const { chapters, root } = this.#bank!;
    const text =
      "Answer a question in a chapter and it comes here: after ten minutes if you missed it, after days if you knew it, then at growing intervals.";
    const start = element("a", { href: root + chapters[0]!.url, textContent: chapters[0]!.title });
    this.#lay(
      "Your deck is empty",
      element("p", { textContent: text }),
      element("p", {}, "Start with ", start, ", or open a record that you saved elsewhere."),
    );
  }

  #rest(next: Card, now: number): void {
    const ahead = button("Ask it now", () => {
      this.#ask(next, 0);
      this.#focus();
    });
    const when = startOfDay(next.due) > now ? `on ${date.format(next.due)}` : `in ${inWords(now, next.due)}`;
    this.#lay("Nothing is due", element("p", {}, `The next question comes back ${when}. `, ahead));
    if (next.due - now < PATIENCE) this.#waiting = setTimeout(() => this.#wake(), next.due - now);
  }

  #wake(): void {
    this.#next();
    this.#said.textContent = "A question is due.";
  }

  #ask(card: Card, due: number): void {
    const { questions, chapters, root } = this.#bank!;
    const source = questions.find(({ id }) => id === card.id)!;
    const chapter = chapters[source.chapter]!;
    const question = mounted(source, card.times % source.variants.length, root);
    question.setAttribute("mode", "review");
    const place = element("div");
    question.addEventListener("cb-answered", ({ detail }) => this.#propose(source, card, detail.rating, place));
    const origin = element(
      "p",
      { className: "cb-origin" },
      "From ",
      element("a", { href: root + chapter.url, textContent: chapter.title }),
    );
    this.#lay(due ? `${plural(due, "question")} due` : "Ahead of time", origin);
    if (card.changed)
      this.#desk.append(
        element("p", {
          className: "cb-changed",
          textContent: "This question has changed since you answered it, and counts as new.",
        }),
      );
    this.#desk.append(question, place);
  }

  /** Asks for a rating, with the one that the verdict suggests, and says of each when the question would come back. */
  #propose(source: BankQuestion, card: Card, proposed: Rating, place: HTMLElement): void {
    const now = Date.now();
    const spans = choices(card, now).map((due) => inWords(now, due));
    this.#rate = (rating = proposed) => {
      this.#store.add(source.id, source.hash, rating);
      this.#next();
      this.#said.textContent = `${RATINGS[rating - 1]}: comes back in ${spans[rating - 1]}.`;
      this.#focus();
    };
    const buttons = RATINGS.map((name, index) => {
      const rating = (index + 1) as Rating;
      const lines = [`${rating}`, name, `in ${spans[index]}`, ...(rating === proposed ? ["proposed"] : [])];
      const made = button("", () => this.#rate?.(rating));
      made.append(...lines.flatMap((text) => [element("span", { textContent: text }), " "]));
      if (rating === proposed) made.dataset.proposed = "";
      return made;
    });
    place.replaceChildren(
      element(
        "fieldset",
        { className: "cb-grades" },
        element("legend", { textContent: "How well did you know it?" }),
        ...buttons,
      ),
      element("p", { className: "cb-keys", textContent: "Keys 1 to 4 do the same, and enter takes the proposal." }),
    );
  }

  /** Only on the desk, and not where the reader types: no other key of the page is taken. */
  #press(event: KeyboardEvent): void {
    const { key, target } = event;
    if (!this.#rate || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if ((target as Element).matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const idle = !(target as Element).matches("button, a, input, summary");
    if (/^[1-4]$/.test(key)) this.#rate(Number(key) as Rating);
    else if (key === "Enter" && idle) this.#rate();
    else return;
    event.preventDefault();
  }

  #lay(title: string, ...content: HTMLElement[]): void {
    this.#desk.replaceChildren(element("h2", { textContent: title, tabIndex: -1 }), ...content);
  }

  /** Whoever acted on the desk goes on from its title. */
  #focus(): void {
    this.#desk.querySelector("h2")!.focus();
  }

  #draw({ cards, recalls, gone }: Replayed, now: number): void {
    const { log } = this.#store;
    const parts: HTMLElement[] = [];
    if (cards.length) parts.push(element("h2", { textContent: "The next two weeks" }), drawForecast(forecast(cards, now)));
    if (log.length)
      parts.push(element("h2", { textContent: "The last twelve months" }), drawHistory(history(log, recalls, now), recalls));
    if (gone.length) {
      const text = `${plural(gone.length, "question")} that you answered ${gone.length === 1 ? "is" : "are"} no longer in the course. Your record keeps the answers.`;
      parts.push(element("p", { className: "cb-origin", textContent: text }));
    }
    this.#progress.replaceChildren(...parts);
  }
}

customElements.define("cb-deck", Deck);
