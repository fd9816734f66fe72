/** Everything the pages of a course run in the browser. */
import { Chart, upgradeFigures } from "./figure";
import { Question } from "./question";
import { upgradeReceipts } from "./receipt";

declare global {
  interface Window {
    /** Material's stream of pages: one event per instant navigation, and one for the first page. */
    document$?: { subscribe(next: () => void): unknown };
  }
}

/** Elements of one page each, which have a script of their own beside this one. */
const PAGES = ["deck", "interview", "exam", "builder"];

customElements.define("cb-chart", Chart);
customElements.define("cb-question", Question);
upgradeReceipts();

if (window.document$) {
  window.document$.subscribe(upgrade);
} else {
  upgrade();
}

function upgrade(): void {
  upgradeFigures();
  for (const name of PAGES) if (document.querySelector(`cb-${name}`)) void import(new URL(`${name}.js`, import.meta.url).href);
}
