/** What the deck and the interview are put together from. */
import { element } from "./dom";

export function button(textContent: string, click: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", className: "cb-button", textContent });
  made.addEventListener("click", click);
  return made;
}

export function row(...content: HTMLElement[]): HTMLElement {
  return element("div", { className: "cb-row" }, ...content);
}
