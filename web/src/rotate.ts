/** Turning: points in space, drawn flat as they look from far away, from whichever side the reader chooses. */
import { element } from "./dom";
import type { Stage } from "./figure";

type Point = readonly [x: number, y: number, z: number];

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

export default function rotate({ chart, drawing, plotly }: Stage): void {
  const start = drawing.layout.meta!.rotate as Camera;
  const largest = radius(drawing.data.flatMap(({ customdata = [] }) => customdata));
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
    void plotly.restyle(chart, { x: pictures.map(({ x }) => x), y: pictures.map(({ y }) => y), "marker.size": drawn }, clouds);
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
  const bar = element("div", { className: "cb-turn", role: "group", ariaLabel: "View" }, ...buttons, reset, readout);
  tell();
  chart.after(bar);
  chart.gone.addEventListener("abort", () => bar.remove());

  chart.classList.add("cb-turns");
  chart.tabIndex = 0;
  chart.setAttribute("aria-keyshortcuts", TURNS.map(({ key }) => key).join(" "));
  chart.addEventListener("keydown", (event) => {
    const by = TURNS.find(({ key }) => key === event.key);
    if (!by || event.target !== chart || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn(by);
    settle();
  });
  drag(chart, turn, settle);

  // Whatever the side, the points stay within their radius: the frame stands still while they turn.
  const range = [-1.08 * largest, 1.08 * largest];
  void plotly.relayout(chart, {
    dragmode: false,
    ...Object.fromEntries(
      ["xaxis", "yaxis"].flatMap((axis) => [
        [`${axis}.range`, range],
        [`${axis}.fixedrange`, true],
      ]),
    ),
    "yaxis.scaleanchor": "x",
  });
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
        if (!chart.dragged && Math.hypot(move.clientX - x, move.clientY - y) < 4) return;
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
