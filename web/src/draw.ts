/** What is shown and in which order, drawn from a seed: the same here, in Python, on paper and in every export. */
import { tidy } from "./text";

/** The course's own seed. */
export const SEED = "coursebook";

/** Indices 0 to count - 1, in the order that the seed gives them. */
export function shuffled(seed: string, id: string, count: number): number[] {
  const ranks = Array.from({ length: count }, (_, index) => rank(seed, id, String(index)));
  return [...ranks.keys()].sort((a, b) => (ranks[a]! < ranks[b]! ? -1 : 1));
}

/** A place in a drawn order. */
export function rank(seed: string, ...parts: string[]): string {
  return sha256([seed, ...parts].join("\n"));
}

/** The seed of one student, where each gets a variant of their own. */
export function studentSeed(seed: string, student: string): string {
  return `${seed}/${tidy(student).toLowerCase()}`;
}

const PRIMES = Array.from({ length: 310 }, (_, index) => index + 2).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
});
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** FIPS 180-4, in hexadecimal: `crypto.subtle` is not there on a page without TLS, and cannot be waited for in a sort. */
export function sha256(text: string): string {
  const state = [...START];
  for (const block of blocks(new TextEncoder().encode(text))) compress(state, block);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The first 32 bits after the point. */
function fraction(x: number): number {
  return ((x % 1) * 2 ** 32) | 0;
}

/** Sixteen words each: the message, a single bit, zeros, and the message's length in bits (below 2 ** 32). */
function* blocks(message: Uint8Array): Generator<number[]> {
  const padded = new DataView(new ArrayBuffer(Math.ceil((message.length + 9) / 64) * 64));
  new Uint8Array(padded.buffer).set(message);
  padded.setUint8(message.length, 0x80);
  padded.setUint32(padded.byteLength - 4, message.length << 3);
  for (let at = 0; at < padded.byteLength; at += 64) {
    yield Array.from({ length: 16 }, (_, word) => padded.getInt32(at + 4 * word));
  }
}

function compress(state: number[], words: number[]): void {
  const turn = (x: number, bits: number): number => (x >>> bits) | (x << (32 - bits));
  for (let t = 16; t < 64; t++) {
    const [early, late] = [words[t - 15]!, words[t - 2]!];
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[t] = (words[t - 16]! + s0 + words[t - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[t]! + words[t]!;
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index]! + word) | 0;
}
