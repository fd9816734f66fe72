/** The reader's record as a file: saved, taken over, deleted. */
import { element } from "./dom";
import { button, row } from "./parts";
import { plural } from "./schedule";
import type { Store } from "./store";

/** The part of the page that looks after the record; `changed` is called when it is another one. */
export function keeping(store: Store, changed: () => void): HTMLElement {
  const said = element("p", { className: "cb-status", role: "status" });
  const save = button("Save as a file", () => {
    const name = `coursebook-${new Date().toISOString().slice(0, 10)}.json`;
    download(name, store.text());
    said.textContent = `Saved as ${name}.`;
  });
  const take = async (file: File): Promise<void> => {
    const taken = await file
      .text()
      .then((text) => store.merge(text))
      .catch((error: Error) => error.message);
    if (typeof taken === "string") {
      said.textContent = `${file.name} was not taken over. ${taken}`;
      return;
    }
    changed();
    said.textContent = taken ? `${plural(taken, "new answer")} from ${file.name}.` : `Nothing new in ${file.name}.`;
  };
  const dialog = confirmation(() => {
    store.clear();
    changed();
    said.textContent = "Deleted.";
  });
  const remove = button("Delete everything", () => {
    dialog.querySelector("p")!.textContent =
      `Delete ${plural(store.log.length, "answer")} and all settings? Only a saved file brings them back.`;
    dialog.showModal();
  });
  const where =
    "Your answers are kept by this browser, on this machine. Nothing leaves it: who wants them elsewhere saves a file and opens it there.";
  return element(
    "section",
    {},
    element("h2", { textContent: "Your record" }),
    element("p", { textContent: where }),
    row(save, chooser(take), remove),
    said,
    dialog,
  );
}

function chooser(take: (file: File) => Promise<void>): HTMLElement {
  const input = element("input", { type: "file", accept: ".json,application/json" });
  input.addEventListener("change", async () => {
    for (const file of input.files ?? []) await take(file);
    input.value = "";
  });
  return element("label", { className: "cb-file cb-button" }, input, "Open a file");
}

function confirmation(confirmed: () => void): HTMLDialogElement {
  const keep = element("button", { className: "cb-button", textContent: "Keep" });
  const remove = element("button", { className: "cb-button", textContent: "Delete" });
  remove.addEventListener("click", confirmed);
  const form = element("form", { method: "dialog" }, element("p", { id: "cb-ask" }), row(keep, remove));
  const dialog = element("dialog", { className: "cb-ask" }, form);
  dialog.setAttribute("aria-labelledby", "cb-ask");
  return dialog;
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
