/** One line at the foot of the window about the page itself, for as long as the reader wants it. */
import { element } from "./dom";

export function notice(text: string): void {
  const line = element("p", { role: "status" });
  const close = element("button", { type: "button", className: "cb-close", ariaLabel: "Close", textContent: "×" });
  const box = element("aside", { className: "cb-notice", ariaLabel: "Notice" }, line, close);
  close.addEventListener("click", () => box.remove());
  document.body.append(box);
  // A live region is listened to from when it stands in the page: what it says comes after.
  setTimeout(() => (line.textContent = text), 100);
}
