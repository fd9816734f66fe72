/** Typed text, made comparable; publish/quiz/text.py does the same. */

/** What Python or JavaScript takes for white space, written out: their own classes differ. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/g;

/** NFKC, each run of white space as one space, none at the ends. */
export function tidy(text: string): string {
  return text.normalize("NFKC").replace(SPACE, " ").replace(/^ | $/g, "");
}
