/** What readers say of an open answer: which points of the rubric it has, and how they did. */
import { element } from "./dom";
import type { Rating } from "./store";

/** From 1 to 4. */
const RATINGS = ["Missed", "Partly", "Got it", "Easy"];

export function ratings(rate: (rating: Rating, name: string) => void): HTMLElement {
  const buttons = RATINGS.map((name, index) => {
    const button = element("button", { type: "button", className: "cb-button", textContent: name });
    button.addEventListener("click", () => rate((index + 1) as Rating, name));
    return button;
  });
  return element("fieldset", { className: "cb-rating" }, element("legend", { textContent: "How did you do?" }), ...buttons);
}

/** Turns the points of an answer's rubric into boxes to tick, once; whether there are any. */
export function tickable(answer: Element, changed: (points: boolean[]) => void): boolean {
  const rubric = answer.querySelector(".cb-rubric");
  if (!rubric || rubric.querySelector("input")) return rubric !== null;
  for (const point of rubric.querySelectorAll("li")) {
    const text = element("span", {}, ...point.childNodes);
    point.append(element("label", { className: "cb-choice" }, element("input", { type: "checkbox" }), text));
  }
  rubric.addEventListener("change", () => changed([...rubric.querySelectorAll("input")].map((box) => box.checked)));
  return true;
}

/** The rating that the points of a rubric suggest, by the share that an answer has: two thirds, one third, less. */
export function worth(points: boolean[]): Rating {
  const share = points.filter(Boolean).length / points.length;
  return share >= 2 / 3 ? 3 : share >= 1 / 3 ? 2 : 1;
}
