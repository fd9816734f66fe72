/** Figures: a still image that becomes an interactive chart when the reader asks for one. */
import { element } from "./dom";

export interface Trace {
  name?: string;
  mode?: string;
  text?: string[];
  x: number[];
  y: number[];
  customdata?: [number, number, number][];
  opacity?: number;
  marker?: { size?: number | number[]; color?: string; symbol?: string };
}

export interface Drawing {
  data: Trace[];
  layout: Record<string, unknown> & {
    title?: string | { text?: string };
    margin?: { l?: number; b?: number };
    annotations?: { x?: unknown; y?: unknown; text?: string }[];
    xaxis?: object;
    yaxis?: object;
    meta?: Record<string, unknown>;
  };
}

type Template = { layout: Record<string, unknown> };

interface Axis {
  range: [number, number];
  /** Pixels. */
  _length: number;
  l2p(value: number): number;
}

export interface Plotly {
  newPlot(root: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  relayout(root: HTMLElement, update: object): Promise<unknown>;
  restyle(root: HTMLElement, update: object, traces: number[]): Promise<unknown>;
  update(root: HTMLElement, restyle: object, relayout: object, traces: number[]): Promise<unknown>;
  addTraces(root: HTMLElement, traces: object[]): Promise<unknown>;
  purge(root: HTMLElement): void;
}

/** A chart that has been drawn, handed to what its `layout.meta` asks for. */
export interface Stage {
  chart: Chart;
  drawing: Drawing;
  plotly: Plotly;
  /** The address of the drawing. */
  source: string;
  /** Puts another drawing in the place of this chart, with what its own `layout.meta` asks for. */
  swap(source: string, prepare: Prepare): Promise<Stage>;
}

/** Changes a drawing before it is drawn. */
export type Prepare = (drawing: Drawing, narrow: boolean) => Drawing;

/** The names that `layout.meta` can hold: a script beside this one exports what is to be done with the stage. */
const BEHAVIOURS = ["rotate", "atlas"];
interface Behaviour {
  prepare: Prepare;
  default(stage: Stage): void;
}

const CONFIG = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ["lasso2d", "select2d"],
  // Plotly's own default is a button that sends the chart to its makers.
  showSendToCloud: false,
  plotlyServerURL: "",
};

/** Below this width a chart gets smaller type and its title is broken again. */
const NARROW = 480;

export function upgradeFigures(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("figure.cb-figure")) {
    const still = figure.querySelector<HTMLElement>(":scope > p");
    const source = figure.querySelector<HTMLAnchorElement>("a.cb-json");
    if (still && source && !figure.querySelector(".cb-explore")) addExplorer(figure, still, source.href);
  }
}

function addExplorer(figure: HTMLElement, still: HTMLElement, source: string): void {
  const button = element("button", { type: "button", className: "cb-button cb-explore", textContent: "Explore" });
  const status = element("span", { className: "cb-figure-status", role: "status" });
  const caption = figure.querySelector("figcaption");
  if (caption && figure.id) {
    caption.id ||= `${figure.id}-caption`;
    button.setAttribute("aria-describedby", caption.id);
  }
  still.after(button, status);

  let stage: HTMLElement | undefined;
  let busy = false;

  const show = async (): Promise<void> => {
    status.textContent = "Loading the chart …";
    stage = element("div", { className: "cb-stage" });
    const enter = (chart: Chart): void => {
      stage!.append(chart);
      still.after(stage!);
      still.hidden = true;
    };
    await play(source, figure.dataset.bundle ?? "basic", enter, still.querySelector("img")?.alt);
    button.textContent = "Show still";
    status.textContent = "Interactive chart shown";
  };

  const hide = (): void => {
    stage?.remove();
    stage = undefined;
    still.hidden = false;
    button.textContent = "Explore";
    status.textContent = "Still image shown";
  };

  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    delete status.dataset.failed;
    try {
      await (stage ? hide() : show());
    } catch (error) {
      hide();
      status.dataset.failed = "";
      status.textContent = `The chart could not be shown: ${error instanceof Error ? error.message : error}`;
    } finally {
      busy = false;
    }
  });
}

/** Draws the figure at an address into a new chart, which `enter` puts on the page. */
async function play(source: string, bundle: string, enter: (chart: Chart) => void, label?: string, prepare?: Prepare): Promise<Stage> {
  const read = loadJSON<Drawing>(source);
  const [plotly, original, behaviours] = await Promise.all([loadPlotly(bundle), read, read.then(loadBehaviours), loadTemplate()]);

  const chart = new Chart();
  chart.setAttribute("role", "group");
  chart.setAttribute("aria-label", label ?? titleOf(original.layout) ?? "Chart");
  chart.dataset.meta = Object.keys(original.layout.meta ?? {}).join(" ");
  enter(chart);
  const steps = [...behaviours.map((behaviour) => behaviour.prepare), prepare ?? ((drawing) => drawing)];
  const drawing = steps.reduce((before, step) => step(before, chart.clientWidth < NARROW), original);
  await chart.draw(plotly, drawing);

  const swap: Stage["swap"] = (other, step) => play(other, bundle, (next) => chart.replaceWith(next), undefined, step);
  const stage = { chart, drawing, plotly, source, swap };
  for (const behaviour of behaviours) behaviour.default(stage);
  return stage;
}

export class Chart extends HTMLElement {
  /** What Plotly adds to the element that it draws in. */
  declare readonly data: Trace[];
  declare readonly _fullData: (Trace & { uid: string })[];
  declare readonly _fullLayout: { xaxis: Axis; yaxis: Axis; font: { size: number } };
  declare readonly on: (event: string, listener: (event: never) => void) => void;

  /** Whether the pointer moved between press and release, so that what Plotly reports as a click was none. */
  dragged = false;
  /** The part of a space that is looked at, if not all: an event "look" says that it is another. */
  look: { middle: [number, number, number]; reach: number } | undefined;
  #gone = new AbortController();
  #plotly: Plotly | undefined;
  #palette = new MutationObserver(() => void this.#repaint());

  async draw(plotly: Plotly, { data, layout }: Drawing): Promise<void> {
    const template = await loadTemplate();
    this.#plotly = plotly;
    const touch = matchMedia("(pointer: coarse)").matches;
    const { width, height, ...rest } = layout;
    if (height) this.style.setProperty("--cb-aspect", `${width ?? 720} / ${height}`);
    await plotly.newPlot(
      this,
      structuredClone(data),
      { dragmode: touch ? false : "zoom", ...structuredClone(rest), ...this.#fit(layout), template, autosize: true },
      CONFIG,
    );
    this.#palette.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  }

  /** Aborts when the chart leaves the page. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    this.#palette.disconnect();
    this.#plotly?.purge(this);
  }

  async #repaint(): Promise<void> {
    const template = await loadTemplate();
    if (this.isConnected) await this.#plotly?.relayout(this, { template });
  }

  #fit(layout: Drawing["layout"]): object {
    if (this.clientWidth >= NARROW) return {};
    const { title, margin: { l = 44, b = 56 } = {} } = layout;
    const text = titleOf(layout);
    return {
      font: { size: 12 },
      margin: { l: Math.min(l, 44), r: 8, t: 76, b: Math.min(b, 56) },
      ...(text && { title: { ...(typeof title === "object" && title), text: wrap(text, this.clientWidth / 7.5), font: { size: 14 } } }),
    };
  }
}

function titleOf({ title }: Drawing["layout"]): string | undefined {
  return typeof title === "string" ? title : title?.text;
}

function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.split(/<br\s*\/?>|\s+/)) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > width) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.join("<br>");
}

const loaded = new Map<string, Promise<unknown>>();

/** One load per address and page view; one that failed may be tried again. */
function once<Result>(address: string, load: () => Promise<Result>): Promise<Result> {
  const pending = (loaded.get(address) as Promise<Result> | undefined) ?? load();
  loaded.set(address, pending);
  pending.catch(() => loaded.delete(address));
  return pending;
}

function loadJSON<Content>(address: string): Promise<Content> {
  return once(address, async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} answered ${response.status}`);
    return (await response.json()) as Content;
  });
}

async function loadTemplate(): Promise<Template> {
  const scheme = document.body.dataset.mdColorScheme === "slate" ? "dark" : "light";
  const template = await loadJSON<Template>(asset(`template.${scheme}.json`));
  const { width, height, ...layout } = template.layout;
  // On a transparent plot, Plotly takes hover labels to stand on white.
  const paper = getComputedStyle(document.body).getPropertyValue("--md-default-bg-color");
  return { ...template, layout: { ...layout, plot_bgcolor: paper } };
}

function loadBehaviours({ layout: { meta = {} } }: Drawing): Promise<Behaviour[]> {
  return Promise.all(BEHAVIOURS.filter((name) => meta[name]).map((name) => import(asset(`${name}.js`))));
}

function loadPlotly(bundle: string): Promise<Plotly> {
  const address = asset(`plotly-${bundle}.min.js`);
  return once(
    address,
    () =>
      new Promise((resolve, reject) => {
        const script = element("script", { src: address });
        script.addEventListener("load", () => resolve((window as unknown as { Plotly: Plotly }).Plotly));
        script.addEventListener("error", () => {
          script.remove();
          reject(new Error(`${address} did not load`));
        });
        document.head.append(script);
      }),
  );
}

function asset(name: string): string {
  return new URL(name, import.meta.url).href;
}
