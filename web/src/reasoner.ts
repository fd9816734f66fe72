/**
 * The small model: what src/reasoner/model.py does, for one prompt and a symbol at a time.
 * It runs wherever there is a DecompressionStream: in a page, in a worker, in Node from 20.12 on.
 */

/** A symbol's place is its code; most models know the first 21. The newline ends a response. */
export const SYMBOLS = "\n0123456789+*=[],:;whabcdefgijklm";

const HEADS = 4;
const BASE = 1000;
const EPSILON = 1e-5;
const NAMES = ["embed", "head", "norm", "norm1", "norm2", "qkv", "out", "up", "down"] as const;

/** Row by row; of what every layer has, the layers one after the other. */
export type Weights = Record<(typeof NAMES)[number], Float32Array>;

export interface Written {
  symbol: string;
  /** What the model gave to the symbol, at temperature 1. */
  probability: number;
  /** By code: what the symbol was chosen from. */
  logits: Float32Array;
}

export interface Manner {
  /** Symbols at most. */
  limit: number;
  /** 0 takes the likeliest symbol. */
  temperature?: number;
  /** Draws from 0 up to 1. */
  chance?: () => number;
}

/** Keys and values, layer by layer, that the symbols so far have left behind. */
interface Cache {
  length: number;
  keys: Float32Array[];
  values: Float32Array[];
}

export class Model {
  /** Those that it knows. */
  readonly symbols: string;
  private readonly width: number;
  private readonly layers: number;

  constructor(private readonly weights: Weights) {
    this.width = weights.norm.length;
    this.layers = weights.norm1.length / this.width;
    this.symbols = SYMBOLS.slice(0, weights.embed.length / this.width);
  }

  /** What the model writes after a prompt, which may hold the beginning of a response; ends after a newline. */
  *write(prompt: string, { limit, temperature = 0, chance = Math.random }: Manner): Generator<Written, void, void> {
    const cache = this.cache(prompt.length + limit);
    for (const symbol of prompt.slice(0, -1)) this.read(symbol, cache);
    let last = prompt.slice(-1);
    for (let count = 0; count < limit; count++) {
      const logits = this.read(last, cache);
      const code = temperature ? sampled(softmax(logits, temperature), chance()) : logits.indexOf(Math.max(...logits));
      last = this.symbols[code]!;
      yield { symbol: last, probability: softmax(logits)[code]!, logits };
      if (last === "\n") return;
    }
  }

  private cache(room: number): Cache {
    const empty = (): Float32Array[] => Array.from({ length: this.layers }, () => new Float32Array(room * this.width));
    return { length: 0, keys: empty(), values: empty() };
  }

  /** Logits after a symbol, which follows what the cache holds and is added to it. */
  private read(symbol: string, cache: Cache): Float32Array {
    const code = symbol ? this.symbols.indexOf(symbol) : -1;
    if (code < 0) throw new RangeError(`the model does not know ${JSON.stringify(symbol)}`);
    const x = this.weights.embed.slice(code * this.width, (code + 1) * this.width);
    for (let layer = 0; layer < this.layers; layer++) {
      add(x, product(this.attend(normed(x, this.of("norm1", layer)), layer, cache), this.of("out", layer)));
      const raised = product(normed(x, this.of("norm2", layer)), this.of("up", layer)).map((one) => Math.max(one, 0));
      add(x, product(raised, this.of("down", layer)));
    }
    cache.length++;
    return product(normed(x, this.weights.norm), this.weights.head);
  }

  private attend(x: Float32Array, layer: number, cache: Cache): Float32Array {
    const [d, head, count] = [this.width, this.width / HEADS, cache.length + 1];
    const whole = product(x, this.of("qkv", layer));
    const [keys, values] = [cache.keys[layer]!, cache.values[layer]!];
    const turns = rotation(cache.length, head);
    const query = rotated(whole.subarray(0, d), turns);
    keys.set(rotated(whole.subarray(d, 2 * d), turns), cache.length * d);
    values.set(whole.subarray(2 * d), cache.length * d);

    const mixed = new Float32Array(d);
    const scores = new Float32Array(count);
    for (let first = 0; first < d; first += head) {
      for (let place = 0; place < count; place++) {
        let score = 0;
        for (let i = first; i < first + head; i++) score += query[i]! * keys[place * d + i]!;
        scores[place] = score / Math.sqrt(head);
      }
      const shares = softmax(scores);
      for (let place = 0; place < count; place++) {
        for (let i = first; i < first + head; i++) mixed[i]! += shares[place]! * values[place * d + i]!;
      }
    }
    return mixed;
  }

  /** What a layer has of an array. */
  private of(name: keyof Weights, layer: number): Float32Array {
    const size = this.weights[name].length / this.layers;
    return this.weights[name].subarray(size * layer, size * (layer + 1));
  }
}

/** A row times a matrix, four of whose rows are taken at once: nearly twice as fast as one by one. */
function product(x: Float32Array, matrix: Float32Array): Float32Array {
  const n = matrix.length / x.length;
  const sums = new Float32Array(n);
  for (let row = 0, at = 0; row < x.length; row += 4, at += 4 * n) {
    const [a, b, c, d] = [x[row]!, x[row + 1]!, x[row + 2]!, x[row + 3]!];
    if (!(a || b || c || d)) continue;
    for (let i = at; i < at + n; i++) {
      sums[i - at]! += a * matrix[i]! + b * matrix[i + n]! + c * matrix[i + 2 * n]! + d * matrix[i + 3 * n]!;
    }
  }
  return sums;
}

function add(x: Float32Array, other: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += other[i]!;
}

function normed(x: Float32Array, gain: Float32Array): Float32Array {
  const scale = 1 / Math.sqrt(x.reduce((sum, one) => sum + one * one, 0) / x.length + EPSILON);
  return x.map((one, i) => one * scale * gain[i]!);
}

/** The angles by which the pairs of a head are turned at a place: cosines and sines. */
function rotation(place: number, head: number): [number, number][] {
  const angles = Array.from({ length: head / 2 }, (_, pair) => place * BASE ** ((-2 * pair) / head));
  return angles.map((angle) => [Math.cos(angle), Math.sin(angle)]);
}

/** Each pair, one of the first half of a head and one of the second, turned. */
function rotated(x: Float32Array, turns: [number, number][]): Float32Array {
  const half = turns.length;
  return x.map((one, i) => {
    const [cosine, sine] = turns[i % half]!;
    return i % (2 * half) < half ? one * cosine - x[i + half]! * sine : one * cosine + x[i - half]! * sine;
  });
}

function softmax(logits: Float32Array, temperature = 1): Float32Array {
  const most = Math.max(...logits);
  const raised = logits.map((one) => Math.exp((one - most) / temperature));
  const sum = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / sum);
}

/** The first code at which the shares so far come to more than the chance. */
function sampled(shares: Float32Array, chance: number): number {
  let left = chance;
  const code = shares.findIndex((share) => (left -= share) < 0);
  return code < 0 ? shares.length - 1 : code;
}

/** The weights in a file that `numpy.savez_compressed` wrote, of 16-bit floats. Rejects with a RangeError where it is none. */
export async function unpack(file: Uint8Array<ArrayBuffer>): Promise<Weights> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const text = (start: number, length: number): string => String.fromCharCode(...file.subarray(start, start + length));
  const found: Partial<Weights> = {};
  const end = file.length - 22;
  if (end < 0 || text(end, 4) !== "PK\x05\x06") throw new RangeError("no zip file, or one with a comment");
  for (let entry = view.getUint32(end + 16, true); entry < end;) {
    const [size, local] = [20, 42].map((at) => view.getUint32(entry + at, true)) as [number, number];
    const [name, extra, comment] = [28, 30, 32].map((at) => view.getUint16(entry + at, true)) as [number, number, number];
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const npy = await inflated(file.subarray(start, start + size));
    found[text(entry + 46, name).replace(".npy", "") as keyof Weights] = floats(npy);
    entry += 46 + name + extra + comment;
  }
  for (const name of NAMES) if (!found[name]) throw new RangeError(`no ${name} in the file`);
  return found as Weights;
}

async function inflated(deflated: Uint8Array<ArrayBuffer>): Promise<DataView> {
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new DataView(await new Response(stream).arrayBuffer());
}

/** What an .npy file holds. */
function floats(npy: DataView): Float32Array {
  const start = 10 + npy.getUint16(8, true);
  const header = new TextDecoder("latin1").decode(new Uint8Array(npy.buffer, 0, start));
  if (!/'<f2', 'fortran_order': False/.test(header)) throw new RangeError(`no 16-bit floats, row by row: ${header}`);
  return Float32Array.from({ length: (npy.byteLength - start) / 2 }, (_, nth) => half(npy.getUint16(start + 2 * nth, true)));
}

/** The number that 16 bits stand for, which is finite. */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
  return bits & 0x8000 ? -size : size;
}
