/** What comes back and what has been done, as pictures of plain elements: a sentence, a drawing, and the same as a table. */
import { element } from "./dom";
import { type Day, type Month, type Recall, plural } from "./schedule";

/** FSRS asks again when this share would still be known. */
export const AIM = 90;

const short = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const month = new Intl.DateTimeFormat("en-GB", { month: "short" });
const year = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric" });

/** A bar for each day; the bar's number stands above it. */
export function drawForecast({ days, later }: { days: Day[]; later: number }): HTMLElement {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const bars = days.map(({ start, count }) => {
    const bar = element("span", { className: "cb-bar" });
    bar.style.setProperty("--part", `${count / most}`);
    const date = new Date(start);
    const name = element("span", { className: "cb-day" }, short.format(date).slice(0, 2), element("br"), `${date.getDate()}`);
    return element("div", {}, element("span", { className: "cb-count", textContent: count ? `${count}` : "" }), bar, name);
  });
  const rows = days.map(({ start, count }) => [weekday.format(start), `${count}`]);
  const drawing = element("div", { className: "cb-bars" }, ...bars);
  return figure("cb-forecast", forecastSentence(days, later), drawing, ["Day", "Questions"], [...rows, ["Later", `${later}`]]);
}

function forecastSentence(days: Day[], later: number): string {
  const [today, ...next] = days as [Day, ...Day[]];
  const fullest = next.reduce((most, day) => (day.count > most.count ? day : most));
  const count = next.reduce((sum, day) => sum + day.count, today.count);
  const rest = later ? `, ${later} later` : "";
  if (!count) return `Nothing comes back within two weeks${later ? `; ${plural(later, "question")} later` : ""}.`;
  const most = fullest.count ? ` After today the most come on ${weekday.format(fullest.start)}: ${fullest.count}.` : "";
  return `${plural(count, "question")} within two weeks, ${today.count || "none"} of them today${rest}.${most}`;
}

/** A row for each month and a square for each day: the more answers, the larger the square. */
export function drawHistory(months: Month[], recalls: readonly Recall[]): HTMLElement {
  const days = months.flatMap((one) => one.days);
  const today = days.at(-1);
  const most = Math.max(1, ...days.map(({ count }) => count));
  const rows = months.map(({ start, days }) => {
    const squares = days.map((day) => square(day, most));
    if (days.at(-1) === today) squares.at(-1)!.classList.add("cb-today");
    return element("div", { className: "cb-month" }, element("span", { textContent: month.format(start) }), ...squares);
  });
  const legend = element("p", { className: "cb-legend" }, "Answers a day: ", square({ start: 0, count: 1 }, most), " 1");
  if (most > 1) legend.append(" ", square({ start: 0, count: most }, most), ` ${most}`);
  const table = months.map(({ start, days, recalled, known }) => {
    const answers = days.reduce((sum, { count }) => sum + count, 0);
    return [
      year.format(start),
      `${days.filter(({ count }) => count).length}`,
      `${answers}`,
      recalled ? `${known} of ${recalled}` : "none",
    ];
  });
  const head = ["Month", "Days with answers", "Answers", "Known when they came back"];
  const made = figure("cb-history", historySentence(days), element("div", { className: "cb-year" }, ...rows), head, table);
  made.querySelector(".cb-drawing")!.append(legend);
  made.querySelector("details")!.before(drawRetention(recalls));
  return made;
}

function historySentence(days: Day[]): string {
  const answered = days.filter(({ count }) => count);
  const answers = answered.reduce((sum, { count }) => sum + count, 0);
  return `${plural(answers, "answer")} on ${plural(answered.length, "day")} of the last twelve months.`;
}

function square({ start, count }: Day, most: number): HTMLElement {
  const made = element("span", { className: "cb-square" });
  if (start) made.title = `${weekday.format(start)}: ${count ? plural(count, "answer") : "nothing"}`;
  if (count) made.style.setProperty("--side", `${Math.max(0.3, Math.sqrt(count / most))}`);
  return made;
}

function drawRetention(recalls: readonly Recall[]): HTMLElement {
  const known = recalls.filter((recall) => recall.known).length;
  if (!recalls.length)
    return element("p", {}, "What you still know when a question comes back shows here from the second day on.");
  const share = Math.round((100 * known) / recalls.length);
  const meter = element("div", { className: "cb-retention", ariaHidden: "true" }, element("span"));
  meter.style.setProperty("--share", `${share}%`);
  meter.style.setProperty("--aim", `${AIM}%`);
  const times = recalls.length === 1 ? "time" : "times";
  const text = `When a question came back on a later day, you still knew it ${known} of ${recalls.length} ${times}: ${share} %. The scheduler aims at ${AIM} %.`;
  return element("div", {}, element("p", { textContent: text }), meter);
}

/** The drawing is for the eye: who listens has the sentence and the table. */
function figure(className: string, sentence: string, drawing: HTMLElement, head: string[], rows: string[][]): HTMLElement {
  const caption = element("figcaption", { textContent: sentence });
  const stage = element("div", { className: "cb-drawing", ariaHidden: "true" }, drawing);
  const columns = head.map((text) => element("th", { scope: "col", textContent: text }));
  const body = rows.map(([first, ...rest]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", textContent: first! }),
      ...rest.map((text) => element("td", { textContent: text })),
    ),
  );
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...columns)), element("tbody", {}, ...body));
  const data = element("details", { className: "cb-data" }, element("summary", { textContent: "As a table" }), table);
  return element("figure", { className }, caption, stage, data);
}
