/** Turning: points in space, drawn flat as they look from far away, from whichever side the reader chooses. */
import { element } from "./dom";
import type { Drawing, Prepare, Stage } from "./figure";

export type Point = [x: number, y: number, z: number];

/** Where the points are seen from, in degrees. */
export interface Camera {
  azimuth: number;
  elevation: number;
}

export interface Picture {
  x: number[];
  y: number[];
  /** Larger is nearer. */
  depth: number[];
}

/** The frame is larger than what it holds by this factor. */
const ROOM = 1.04;

/** Degrees that a press of a key or a button turns. */
const STEP = 15;

/** The near side goes where the arrow points. */
const TURNS = [
  { key: "ArrowLeft", sign: "←", name: "Turn left", azimuth: STEP, elevation: 0 },
  { key: "ArrowRight", sign: "→", name: "Turn right", azimuth: -STEP, elevation: 0 },
  { key: "ArrowUp", sign: "↑", name: "Tilt up", azimuth: 0, elevation: -STEP },
  { key: "ArrowDown", sign: "↓", name: "Tilt down", azimuth: 0, elevation: STEP },
];

/** The orthographic projection. */
export function project(points: readonly Point[], { azimuth, elevation }: Camera): Picture {
  const [sinA, cosA] = sinCos(azimuth);
  const [sinE, cosE] = sinCos(elevation);
  return {
    x: points.map(([x, y]) => -sinA * x + cosA * y),
    y: points.map(([x, y, z]) => -cosA * sinE * x - sinA * sinE * y + cosE * z),
    depth: points.map(([x, y, z]) => cosA * cosE * x + sinA * cosE * y + sinE * z),
  };
}

/** The largest distance from the origin. */
export function radius(points: readonly Point[]): number {
  return points.reduce((largest, point) => Math.max(largest, Math.hypot(...point)), 0);
}

/** Diameters by depth, from 5 to 11. */
export function sizes(depth: readonly number[], largest: number): number[] {
  return depth.map((one) => 8 + (3 * one) / (largest || 1));
}

function sinCos(degrees: number): [number, number] {
  const radians = (whole(degrees) * Math.PI) / 180;
  return [Math.sin(radians), Math.cos(radians)];
}

/** An angle from 0 up to 360. */
function whole(degrees: number): number {
  return ((degrees % 360) + 360) % 360;
}

/** Labels on the points, and a frame that stands still: whatever the side, the points stay within their radius. */
export const prepare: Prepare = (drawing, narrow) => {
  const { data, layout } = label(drawing, narrow);
  const reach = ROOM * radius(pointsOf(data));
  const still = { range: [-reach, reach], fixedrange: true };
  const axes = { xaxis: { ...layout.xaxis, ...still }, yaxis: { ...layout.yaxis, ...still, scaleanchor: "x" } };
  return { data, layout: { ...layout, ...axes, dragmode: false } };
};

/** Makes the words that are written beside points a part of these points, which come and go and move; where it is narrow, drops them. */
export function label({ data, layout }: Drawing, narrow: boolean): Drawing {
  const key = (x: unknown, y: unknown, text = ""): string => JSON.stringify([x, y, text]);
  const notes = new Map((layout.annotations ?? []).map((note) => [key(note.x, note.y, note.text), note]));
  const labelled = data.map((trace) => {
    const written = trace.text?.map((text, point) => (notes.delete(key(trace.x[point], trace.y[point], text)) ? text : ""));
    if (narrow || !written?.some(Boolean)) return trace;
    return { ...trace, mode: "markers+text", texttemplate: written, textposition: "top center", textfont: { size: 10 } };
  });
  return { data: labelled, layout: { ...layout, annotations: [...notes.values()] } };
}

function pointsOf(data: Drawing["data"]): Point[] {
  return data.flatMap(({ customdata = [] }) => customdata);
}

export default function rotate({ chart, drawing, plotly }: Stage): void {
  const start = drawing.layout.meta!.rotate as Camera;
  const largest = radius(pointsOf(drawing.data));
  let camera = start;
  let frame = 0;

  const readout = element("output", { className: "cb-camera" });
  const draw = (): void => {
    frame = 0;
    if (chart.gone.aborted) return;
    const clouds = chart.data.flatMap(({ customdata }, index) => (customdata?.length ? [index] : []));
    const pictures = clouds.map((index) => project(chart.data[index]!.customdata!, camera));
    // A size that is one for all points is a mark's: it stays.
    const drawn = clouds.map((index, nth) => {
      const size = chart.data[index]!.marker?.size;
      return Array.isArray(size) ? sizes(pictures[nth]!.depth, largest) : size;
    });
    const { middle, reach } = chart.look ?? { middle: [0, 0, 0] as Point, reach: ROOM * largest };
    const { x: across, y: up } = project([middle], camera);
    const [xs, ys] = [across, up].map(([at = 0]) => [at - reach, at + reach]);
    void plotly.update(
      chart,
      { x: pictures.map(({ x }) => x), y: pictures.map(({ y }) => y), "marker.size": drawn },
      { "xaxis.range": xs, "yaxis.range": ys },
      clouds,
    );
    tell();
  };
  const tell = (): void => {
    const [azimuth, elevation] = [Math.round(whole(camera.azimuth)) % 360, Math.round(camera.elevation)];
    readout.value = `azimuth ${azimuth}°, elevation ${String(elevation).replace("-", "\u2212")}°`;
  };
  const look = ({ azimuth, elevation }: Camera): void => {
    camera = { azimuth: whole(azimuth), elevation: Math.min(90, Math.max(-90, elevation)) };
    frame ||= requestAnimationFrame(draw);
  };
  const turn = (by: Camera): void => look({ azimuth: camera.azimuth + by.azimuth, elevation: camera.elevation + by.elevation });
  /** Tells whoever has drawn by the present picture that there is another. */
  const settle = (): void => {
    cancelAnimationFrame(frame);
    draw();
    chart.dispatchEvent(new Event("turned"));
  };

  const buttons = TURNS.map(({ sign, name, ...by }) => {
    const button = element("button", { type: "button", className: "cb-button", textContent: sign, ariaLabel: name, title: name });
    button.addEventListener("click", () => (turn(by), settle()));
    return button;
  });
  const reset = element("button", { type: "button", className: "cb-button", textContent: "Reset view" });
  reset.addEventListener("click", () => (look(start), settle()));
  const bar = element("div", { className: "cb-turn", role: "group", ariaLabel: "Turning" }, ...buttons, reset, readout);
  tell();
  chart.after(bar);
  chart.gone.addEventListener("abort", () => bar.remove());

  chart.tabIndex = 0;
  chart.setAttribute("aria-keyshortcuts", TURNS.map(({ key }) => key).join(" "));
  chart.addEventListener("keydown", (event) => {
    const by = TURNS.find(({ key }) => key === event.key);
    if (!by || event.target !== chart || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn(by);
    settle();
  });
  chart.addEventListener("look", settle);
  drag(chart, turn, settle);
}

/** Half a turn for the width of the chart. On a touch screen a vertical drag is the page's. */
function drag(chart: Stage["chart"], turn: (by: Camera) => void, settle: () => void): void {
  chart.addEventListener("pointerdown", (down) => {
    chart.dragged = false;
    if (!down.isPrimary || down.button || !(down.target instanceof Element && down.target.closest(".draglayer"))) return;
    let { clientX: x, clientY: y } = down;
    const touch = down.pointerType === "touch";
    const over = new AbortController();
    addEventListener(
      "pointermove",
      (move) => {
        if (move.pointerId !== down.pointerId) return;
        const way = touch ? Math.abs(move.clientX - x) : Math.hypot(move.clientX - x, move.clientY - y);
        if (!chart.dragged && way < (touch ? 8 : 4)) return;
        chart.dragged = true;
        const degrees = 180 / chart.clientWidth;
        turn({ azimuth: (x - move.clientX) * degrees, elevation: touch ? 0 : (move.clientY - y) * degrees });
        ({ clientX: x, clientY: y } = move);
      },
      over,
    );
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(
        end,
        () => {
          over.abort();
          if (chart.dragged) settle();
        },
        over,
      );
    }
  });
}
