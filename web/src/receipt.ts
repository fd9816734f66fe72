/** Receipts open without a script; this makes them dialogs that take the focus and can be closed by touch. */
import { element } from "./dom";

export function upgradeReceipts(): void {
  if ("popover" in HTMLElement.prototype) {
    document.addEventListener("beforetoggle", prepare, true);
  } else {
    document.addEventListener("click", goTo);
  }
}

function prepare({ target }: Event): void {
  if (!(target instanceof HTMLElement && target.matches(".cb-receipt:not([tabindex])"))) return;
  const head = target.querySelector<HTMLElement>(".cb-receipt-head");
  const close = element("button", { type: "button", className: "cb-close", ariaLabel: "Close", textContent: "×" });
  close.addEventListener("click", () => target.hidePopover());
  target.setAttribute("role", "dialog");
  target.setAttribute("aria-label", head?.textContent?.trim() ?? "Receipt");
  target.tabIndex = -1;
  target.autofocus = true;
  target.append(close);
}

/** Where there are no popovers, receipts stand open at the end of the page. */
function goTo({ target }: Event): void {
  const id = target instanceof Element && target.closest("[popovertarget]")?.getAttribute("popovertarget");
  const receipt = id && document.getElementById(id);
  if (!receipt) return;
  receipt.tabIndex = -1;
  receipt.focus();
}
