/** What the exam and the assignment are put together from. */
import { element } from "./dom";
import { row } from "./parts";

export function field(label: string, input: HTMLElement, hint = ""): HTMLLabelElement {
  const said = hint ? [element("span", { className: "cb-quiet", textContent: hint })] : [];
  return element("label", { className: "cb-field" }, element("span", { textContent: label }), input, ...said);
}

export function tick(type: "checkbox" | "radio", name: string, value: string, label: string, checked = false): HTMLLabelElement {
  return element("label", { className: "cb-choice" }, element("input", { type, name, value, checked }), element("span", { textContent: label }));
}

export function group(legend: string, ...content: HTMLElement[]): HTMLFieldSetElement {
  return element("fieldset", { className: "cb-group" }, element("legend", { textContent: legend }), ...content);
}

/** Asks before what cannot be taken back; true for `go`. */
export function confirmed(place: Element, question: string, stay: string, go: string): Promise<boolean> {
  const buttons = row(
    element("button", { className: "cb-button", textContent: stay, autofocus: true }),
    element("button", { className: "cb-button", value: "go", textContent: go }),
  );
  const dialog = element("dialog", { className: "cb-ask", ariaLabel: question }, element("form", { method: "dialog" }, element("p", { textContent: question }), buttons));
  place.append(dialog);
  dialog.showModal();
  return new Promise((answered) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answered(dialog.returnValue === "go");
    });
  });
}

/** A time as the reader's own clock has it. */
export function moment(time: string): string {
  const [day, hour] = ["numeric", "2-digit"] as const;
  return new Intl.DateTimeFormat("en-GB", { weekday: "long", day, month: "long", year: day, hour, minute: hour, timeZoneName: "short" }).format(new Date(time));
}
