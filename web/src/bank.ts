/** The course's questions as data, and one of them as an element, for the pages that ask without a chapter. */
import { element } from "./dom";
import type { Key } from "./grade";
import type { Question } from "./question";

export interface BankVariant {
  values: Record<string, unknown>;
  html: string;
  key: Key;
}

export interface BankQuestion {
  id: string;
  type: string;
  audience: "" | "interview";
  /** Index into the chapters. */
  chapter: number;
  objective: string;
  title: string;
  hash: string;
  shuffle: boolean;
  variants: BankVariant[];
}

export interface BankChapter {
  uri: string;
  url: string;
  title: string;
  objectives: Record<string, string>;
}

export interface Bank {
  schema: 1;
  course: string;
  seed: string;
  release: string;
  chapters: BankChapter[];
  questions: BankQuestion[];
  /** Where the site's addresses start. */
  root: string;
}

/** The bank of the site that this script is from. Throws where it cannot be had. */
export async function load(root = new URL("../../", import.meta.url).href): Promise<Bank> {
  const response = await fetch(`${root}questions.json`);
  if (!response.ok) throw new Error(`questions.json: ${response.status}`);
  return { ...((await response.json()) as Omit<Bank, "root">), root };
}

/** A variant of a question as an element that is not on the page yet: set its `mode` before it is. */
export function mounted(question: BankQuestion, variant: number, root: string): Question {
  const { html, key } = question.variants[variant]!;
  const template = element("template", { innerHTML: html });
  for (const name of ["href", "src"]) {
    for (const node of template.content.querySelectorAll(`[${name}]:not([${name}^="#"])`)) {
      node.setAttribute(name, new URL(node.getAttribute(name)!, root).href);
    }
  }
  const made = document.createElement("cb-question") as Question;
  made.id = `q-${question.id}`;
  Object.assign(made.dataset, { type: question.type, hash: question.hash, key: JSON.stringify(key) });
  made.append(template.content);
  return made;
}
