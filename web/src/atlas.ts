/** An atlas: words as points, and for the word that the reader chooses its neighbours in two trainings. */
import { element } from "./dom";
import type { Prepare, Stage } from "./figure";
import { type Point, label } from "./rotate";

interface Atlas {
  /** The name of a view and of its figure, whose JSON lies beside this one's. */
  views: Record<string, string>;
  /** By training and word, the indices of the nearest words; a word's index counts through the traces. */
  neighbours: Record<string, number[][]>;
}

interface Click {
  points: { curveNumber: number; pointNumber: number }[];
  event: MouseEvent;
}

type Range = [number, number];

interface Word {
  text: string;
  family: number;
  /** Which point of its family. */
  point: number;
}

export interface Comparison {
  both: number[];
  first: number[];
  second: number[];
}

/** How a word is marked on the chart and in the text; each differs from the others in shape, fill and colour. */
const MARKS = {
  both: { symbol: "diamond", size: 13, says: "In both trainings", path: "M0-5.6 5.6 0 0 5.6-5.6 0Z" },
  first: { symbol: "circle-open", size: 14, says: "Only in the first", path: "M-4.6 0a4.6 4.6 0 1 1 9.2 0 4.6 4.6 0 1 1-9.2 0Z" },
  second: { symbol: "square-open", size: 14, says: "Only in the second", path: "M-4.3-4.3H4.3V4.3H-4.3Z" },
  chosen: { symbol: "star", size: 18, says: "Chosen", path: "M0-6 1.6-2 5.8-1.9 2.5.8 3.5 4.9 0 2.6-3.5 4.9-2.5.8-5.8-1.9-1.6-2Z" },
};
type Kind = keyof typeof MARKS;
const KINDS = Object.keys(MARKS) as Kind[];

/** Tells apart what several atlases on one page name. */
let id = 0;

/** What is zoomed to fills the chart but for this factor. */
const NEAR = 1.25;

/** What the other words fade to while one is chosen. */
const FADED = 0.35;

const HINT = "Find a word, or press a point, to see its nearest neighbours in both trainings.";

/** The neighbours that two trainings agree on, and those that one of them has; nearest first. */
export function compare(first: readonly number[], second: readonly number[]): Comparison {
  return {
    both: first.filter((word) => second.includes(word)),
    first: first.filter((word) => !second.includes(word)),
    second: second.filter((word) => !first.includes(word)),
  };
}

/** The words that begin most like what was typed, shortest first. */
export function nearest(words: readonly string[], typed: string, most = 3): string[] {
  for (let length = typed.length; length > 0; length--) {
    const found = words.filter((word) => word.toLowerCase().startsWith(typed.slice(0, length)));
    if (found.length) return found.sort((a, b) => a.length - b.length).slice(0, most);
  }
  return [];
}

export interface Place {
  x: number;
  y: number;
  text: string;
}

/** Plotly's names of the sides that a label can stand on, and where that puts its middle, in half widths and heights. */
const SIDES = [
  ["middle right", 1, 0],
  ["middle left", -1, 0],
  ["top center", 0, -1],
  ["bottom center", 0, 1],
] as const;

/**
 * The side of each point on which its label meets no point and no other label, if there is one.
 * All is in pixels. The last come first, as they are drawn on top; the very last has its label wherever one fits.
 */
export function sides(places: readonly Place[], frame: { width: number; height: number }, font: number): (string | undefined)[] {
  const taken = places.map(({ x, y }) => ({ x, y, w: 6, h: 6 }));
  const found = [...places].reverse().map(({ x, y, text }, nth) => {
    const [w, h] = [text.length * font * 0.27, font / 2];
    const boxes = SIDES.map(([side, across, down]) => ({ side, x: x + across * (w + 10), y: y + down * (h + 9), w, h }));
    const inside = boxes.filter((box) => box.x >= w && box.x + w <= frame.width && box.y >= h && box.y + h <= frame.height);
    const free = inside.find((box) =>
      taken.every((other) => Math.abs(box.x - other.x) >= w + other.w || Math.abs(box.y - other.y) >= h + other.h),
    );
    const chosen = free ?? (nth === 0 ? inside[0] : undefined);
    if (chosen) taken.push(chosen);
    return chosen?.side;
  });
  return found.reverse();
}

/** The families stand beside the chart, and hide with the words that are written beside their points. */
export const prepare: Prepare = (drawing, narrow) => {
  const { data, layout } = label(drawing, narrow);
  return { data, layout: { ...layout, showlegend: false, margin: { ...layout.margin, l: 8, r: 8, b: 8 } } };
};

export default function atlas(stage: Stage): void {
  const box = stage.chart.parentElement;
  // The other view may say that it belongs to an atlas, too.
  if (!box || box.querySelector(".cb-atlas")) return;
  id++;
  new Controls(stage, box);
}

class Controls {
  #stage: Stage;
  readonly #atlas: Atlas;
  readonly #words: Word[];
  readonly #input = element("input", { type: "search", autocomplete: "off", spellcheck: false, enterKeyHint: "search" });
  readonly #status = element("div", { className: "cb-status cb-neighbours", role: "status", ariaLive: "polite", tabIndex: -1 });
  readonly #families: Family[];
  readonly #views: HTMLInputElement[];
  readonly #zoom = element("input", { type: "checkbox", checked: true });
  #chosen: number | undefined;
  /** The ranges of the axes that show the whole map. */
  #whole: Range[] = [];
  #switching = Promise.resolve();

  constructor(stage: Stage, box: HTMLElement) {
    this.#stage = stage;
    this.#atlas = stage.drawing.layout.meta!.atlas as Atlas;
    this.#words = stage.drawing.data.flatMap(({ text = [] }, family) => text.map((one, point) => ({ text: one, family, point })));
    this.#families = stage.drawing.data.map(({ name = "" }) => new Family(name));
    this.#views = Object.entries(this.#atlas.views).map(([, value]) => element("input", { type: "radio", name: `cb-view-${id}`, value }));
    this.#status.append(HINT);
    box.prepend(element("div", { className: "cb-atlas" }, this.#search(), this.#switch(), this.#closer(), this.#filter()));
    box.append(this.#status);
    this.#tick();
    this.#enter();
  }

  /** Makes the chart that is on the stage the atlas's. */
  #enter(): void {
    const { chart, plotly } = this.#stage;
    chart.on("plotly_click", ({ points: [point], event }: Click) => {
      // The second press of two is on another point: the first has moved the map. Plotly then shows all of it.
      if (point && !chart.dragged && !(event.detail > 1)) this.#choose(this.#at(point.curveNumber, point.pointNumber));
    });
    // Another palette, another size, another part of the map.
    chart.on("plotly_relayout", () => this.#paint());
    chart.addEventListener("turned", () => this.#mark());
    void plotly.addTraces(
      chart,
      KINDS.map((kind) => ({ x: [], y: [], mode: "markers+text", hovertemplate: "%{hovertext}<extra></extra>", name: MARKS[kind].says })),
    );
    const { xaxis, yaxis } = chart._fullLayout;
    this.#whole = [[...xaxis.range], [...yaxis.range]];
    this.#shade();
    this.#frame();
    this.#paint();
  }

  #search(): HTMLElement {
    const list = element("datalist", { id: `cb-words-${id}` }, ...this.#words.map(({ text }) => element("option", { value: text })));
    this.#input.id = `cb-find-${id}`;
    this.#input.setAttribute("list", list.id);
    const label = element("label", { htmlFor: this.#input.id, textContent: "Find a word" });
    const submit = element("button", { className: "cb-button", textContent: "Find" });
    const form = element("form", { className: "cb-find" }, label, this.#input, list, submit);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find();
      if (!matchMedia("(pointer: coarse)").matches) return;
      // A keyboard on the screen covers the chart until the focus leaves the field.
      this.#status.focus({ preventScroll: true });
      if (this.#chosen !== undefined) this.#stage.chart.scrollIntoView({ block: "nearest" });
    });
    this.#input.addEventListener("input", (event) => {
      this.#input.removeAttribute("aria-invalid");
      const picked = !(event instanceof InputEvent) || event.inputType === "insertReplacementText";
      if (picked || !this.#input.value) this.#find();
    });
    return form;
  }

  #switch(): HTMLElement {
    const fieldset = element("fieldset", { className: "cb-views" }, element("legend", { textContent: "View" }));
    Object.keys(this.#atlas.views).forEach((view, nth) => {
      fieldset.append(element("label", {}, this.#views[nth]!, element("span", { textContent: view })));
    });
    fieldset.addEventListener("change", () => {
      // One after the other, and of those that wait only the last.
      this.#switching = this.#switching.then(() => this.#show());
    });
    return fieldset;
  }

  async #show(): Promise<void> {
    const wanted = this.#views.find((view) => view.checked);
    if (!wanted || this.#address(wanted) === this.#stage.source) return;
    try {
      this.#stage = await this.#stage.swap(this.#address(wanted), prepare);
      this.#enter();
    } catch (error) {
      this.#tick();
      this.#status.textContent = `This view could not be shown: ${error instanceof Error ? error.message : error}`;
    }
  }

  #closer(): HTMLElement {
    this.#zoom.addEventListener("change", () => this.#frame());
    return element("label", { className: "cb-tick" }, this.#zoom, element("span", { textContent: "Zoom to the word" }));
  }

  /** Ticks the view that is shown. */
  #tick(): void {
    for (const view of this.#views) view.checked = this.#address(view) === this.#stage.source;
  }

  #filter(): HTMLElement {
    const set = (checked: boolean): void => {
      for (const { input } of this.#families) input.checked = checked;
      this.#shade();
    };
    const [all, none] = ["all", "none"].map((name) => element("button", { type: "button", className: "cb-button", textContent: name }));
    all!.addEventListener("click", () => set(true));
    none!.addEventListener("click", () => set(false));
    const fieldset = element("fieldset", { className: "cb-families" }, element("legend", { textContent: "Families" }));
    fieldset.append(all!, none!, element("div", {}, ...this.#families.map(({ label }) => label)));
    fieldset.addEventListener("change", () => this.#shade());
    return fieldset;
  }

  #address(view: HTMLInputElement): string {
    return new URL(`${view.value}.json`, this.#stage.source).href;
  }

  /** The word at a point of a trace: of a family, or of what is marked. */
  #at(trace: number, point: number): number | undefined {
    const marked = this.#marked()[KINDS[trace - this.#families.length]!];
    return marked ? marked[point] : this.#words.findIndex((word) => word.family === trace && word.point === point);
  }

  /** The chosen word and its neighbours. */
  #marked(): Record<Kind, number[]> {
    if (this.#chosen === undefined) return { both: [], first: [], second: [], chosen: [] };
    const [first = [], second = []] = Object.values(this.#atlas.neighbours).map((words) => words[this.#chosen!]);
    return { ...compare(first, second), chosen: [this.#chosen] };
  }

  #find(): void {
    const typed = this.#input.value.normalize("NFKC").trim().toLowerCase();
    const found = this.#words.findIndex(({ text }) => text.toLowerCase() === typed);
    if (found >= 0 || !typed) return this.#choose(found < 0 ? undefined : found);

    this.#choose(undefined, this.#input.value);
    this.#input.setAttribute("aria-invalid", "true");
    const others = nearest(
      this.#words.map(({ text }) => text),
      typed,
    ).map((text) => this.#words.findIndex((word) => word.text === text));
    const line = element("p", {}, `“${this.#input.value.trim()}” is not among the ${this.#words.length} words. `);
    if (others.length) line.append("Spelt most like it: ", ...this.#list(others));
    this.#status.replaceChildren(line);
  }

  #choose(word: number | undefined, typed = ""): void {
    this.#chosen = word;
    this.#input.value = word === undefined ? typed : this.#words[word]!.text;
    this.#input.removeAttribute("aria-invalid");
    this.#shade();
    this.#frame();
    this.#tell();
  }

  #tell(): void {
    const { chosen, ...neighbours } = this.#marked();
    if (!chosen.length) return this.#status.replaceChildren(HINT);
    const { both, first } = neighbours;
    const groups = (["both", "first", "second"] as const).filter((kind) => neighbours[kind].length);
    this.#status.replaceChildren(
      element("p", {}, glyph("chosen"), element("strong", { textContent: this.#words[chosen[0]!]!.text }), "."),
      ...groups.map((kind) => element("p", {}, glyph(kind), `${MARKS[kind].says}: `, ...this.#list(neighbours[kind]))),
      element("p", {}, `${both.length} of ${both.length + first.length} shared.`),
    );
  }

  /** Words as buttons that move on to them. */
  #list(words: number[]): (Node | string)[] {
    return words.flatMap((word, nth) => {
      const button = element("button", { type: "button", className: "cb-word", textContent: this.#words[word]!.text });
      button.addEventListener("click", () => {
        this.#choose(word);
        this.#status.focus({ preventScroll: true });
      });
      return [element("span", {}, button, nth < words.length - 1 ? "," : "."), " "];
    });
  }

  /** Hides the families that are not ticked, and lets the others stand back while a word is chosen. */
  #shade(): void {
    const { chart, plotly, drawing } = this.#stage;
    if (chart.gone.aborted) return;
    const faded = this.#chosen === undefined ? 1 : FADED;
    void plotly.restyle(
      chart,
      {
        visible: this.#families.map(({ input }) => input.checked || "legendonly"),
        mode: drawing.data.map(({ mode = "markers" }) => (this.#chosen === undefined ? mode : "markers")),
        opacity: drawing.data.map(({ opacity = 1 }) => faded * opacity),
      },
      [...this.#families.keys()],
    );
  }

  #place(index: number): { text: string; x: number; y: number; raw: Point | undefined } {
    const { text, family, point } = this.#words[index]!;
    const { x, y, customdata } = this.#stage.chart.data[family]!;
    return { text, x: x[point]!, y: y[point]!, raw: customdata?.[point] };
  }

  /** Shows the chosen word and its neighbours as large as they fit, or the whole map; they are then marked, as labels go by what is shown. */
  #frame(): void {
    const { chart, plotly } = this.#stage;
    if (chart.gone.aborted) return;
    const places = (this.#zoom.checked ? Object.values(this.#marked()).flat() : []).map((word) => this.#place(word));
    const middle = places.at(-1)?.raw;
    if (this.#stage.drawing.layout.meta?.rotate) {
      const reach = (raw = middle!): number => Math.hypot(...raw.map((part, axis) => part - middle![axis]!));
      chart.look = middle && { middle, reach: NEAR * Math.max(...places.map(({ raw }) => reach(raw))) };
      chart.dispatchEvent(new Event("look"));
    } else {
      const [x, y] = places.length ? [around(places.map(({ x }) => x)), around(places.map(({ y }) => y))] : this.#whole;
      void plotly.relayout(chart, { "xaxis.range": x, "yaxis.range": y });
    }
  }

  #paint(): void {
    this.#families.forEach((family, index) => family.paint(this.#stage.chart, index));
    this.#mark();
  }

  #mark(): void {
    const { chart, plotly } = this.#stage;
    if (chart.gone.aborted) return;
    const { xaxis, yaxis, font } = chart._fullLayout;
    const marked = this.#marked();
    const style = getComputedStyle(document.body);
    const [paper, ink] = ["--cb-paper", "--cb-ink"].map((name) => style.getPropertyValue(name));
    const groups = KINDS.map((kind) => marked[kind].map((word) => this.#place(word)));
    const places = groups.flat().map(({ text, x, y }) => ({ text, x: xaxis.l2p(x), y: yaxis.l2p(y) }));
    const free = sides(places, { width: xaxis._length, height: yaxis._length }, font.size);
    const sided = groups.map((group) => group.map(() => free.shift()));
    void plotly.restyle(
      chart,
      {
        x: groups.map((group) => group.map(({ x }) => x)),
        y: groups.map((group) => group.map(({ y }) => y)),
        customdata: groups.map((group) => group.flatMap(({ raw }) => (raw ? [raw] : []))),
        hovertext: groups.map((group) => group.map(({ text }) => text)),
        text: groups.map((group, nth) => group.map(({ text }, index) => (sided[nth]![index] ? text : ""))),
        textposition: sided.map((group) => group.map((side = "top center") => side)),
        "textfont.color": ink,
        "textfont.shadow": Array(4).fill(`0 0 2px ${paper}`).join(", "),
        "textfont.weight": KINDS.map((kind) => (kind === "chosen" ? 700 : 400)),
        "marker.symbol": KINDS.map((kind) => MARKS[kind].symbol),
        "marker.size": KINDS.map((kind) => MARKS[kind].size),
        "marker.color": KINDS.map((kind) => style.getPropertyValue(`--cb-mark-${kind}`)),
        "marker.line.width": KINDS.map((kind) => (MARKS[kind].symbol.endsWith("-open") ? 2.5 : 1.5)),
        "marker.line.color": paper,
      },
      KINDS.map((_, nth) => this.#families.length + nth),
    );
  }
}

function around(values: number[]): Range {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [middle, reach] = [(low + high) / 2, (NEAR * (high - low)) / 2 || 1];
  return [middle - reach, middle + reach];
}

/** One family in the list of those to show: with the mark that its points have. */
class Family {
  readonly input = element("input", { type: "checkbox", checked: true });
  readonly label: HTMLElement;
  readonly #svg = picture();

  constructor(name: string) {
    this.label = element("label", { className: "cb-tick" }, this.input, this.#svg, element("span", { textContent: name }));
  }

  /** Takes the shape from a point of the chart, if there is one now, and the colour. */
  paint(chart: Stage["chart"], index: number): void {
    const { uid, marker = {} } = chart._fullData[index]!;
    const point = chart.querySelector<SVGPathElement>(`.trace${CSS.escape(uid)} .point`);
    const path = this.#svg.firstElementChild!;
    if (point) {
      const { x, y, width, height } = point.getBBox();
      const reach = 1 + Math.max(-x, -y, x + width, y + height);
      this.#svg.setAttribute("viewBox", [-reach, -reach, 2 * reach, 2 * reach].join(" "));
      path.setAttribute("d", point.getAttribute("d") ?? "");
    }
    const colour = marker.color ?? "currentcolor";
    path.setAttribute("fill", marker.symbol?.includes("-open") ? "none" : colour);
    path.setAttribute("stroke", colour);
  }
}

/** What a word is marked with on the chart. */
function glyph(kind: Kind): SVGElement {
  const svg = picture();
  svg.dataset.mark = kind;
  svg.firstElementChild!.setAttribute("d", MARKS[kind].path);
  return svg;
}

function picture(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.append(document.createElementNS(svg.namespaceURI, "path"));
  svg.setAttribute("class", "cb-glyph");
  svg.setAttribute("viewBox", "-7 -7 14 14");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}
