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

customElements.define("cb-chart", Chart);
customElements.define("cb-question", Question);
upgradeReceipts();

if (window.document$) {
  window.document$.subscribe(upgradeFigures);
} else {
  upgradeFigures();
}
