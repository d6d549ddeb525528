/**
 * Counter-based random numbers: Philox 4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy
 * as 1, 2, 3", SC 2011).
 *
 * A stream is a pure function of its key, so any draw can be replayed without what came before it:
 * the augmentation of (seed, purpose, epoch, sample, view) is the same in the first run, after a
 * resume, and on whichever replica draws it.
 *
 * @module
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}

/** Philox 4x32-10: encrypts the counter `c` (4 words) under `key` (2 words), in place. */
export function philox4x32(c: Uint32Array, key0: number, key1: number): void {
  let c0 = c[0]!;
  let c1 = c[1]!;
  let c2 = c[2]!;
  let c3 = c[3]!;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  c[0] = c0;
  c[1] = c1;
  c[2] = c2;
  c[3] = c3;
}

/** FNV-1a of a name, so that purposes are told apart by what they are called. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/** Up to three integers that tell one draw from another: (epoch, sample, view), say. */
export type RandomKey = readonly [number?, number?, number?];

/**
 * A family of independent streams under one seed.
 *
 * @example
 * ```ts
 * const random = new Random(42);
 * random.stream("crop", [3, 1207, 0]).uniform(); // epoch 3, sample 1207, view 0
 * ```
 */
export class Random {
  readonly seed: number;
  readonly #scope: number;

  constructor(seed: number, scope = 0) {
    this.seed = seed >>> 0;
    this.#scope = scope >>> 0;
  }

  /** A family for one part of the program, independent of every other part's. */
  fork(name: string): Random {
    return new Random(this.seed, Math.imul(this.#scope ^ hashName(name), 0x9e3779b1) >>> 0);
  }

  /** The stream of one draw. Equal arguments give equal numbers, always. */
  stream(purpose: string, key: RandomKey = []): RandomStream {
    return new RandomStream(
      this.seed,
      (this.#scope ^ hashName(purpose)) >>> 0,
      key[0] ?? 0,
      key[1] ?? 0,
      key[2] ?? 0,
    );
  }
}

/** One sequence of random numbers. */
export class RandomStream {
  readonly #block = new Uint32Array(4);
  readonly #key0: number;
  readonly #key1: number;
  readonly #counter: [number, number, number];
  #index = 0;
  #left = 0;
  #spare: number | undefined;

  constructor(key0: number, key1: number, a: number, b: number, c: number) {
    this.#key0 = key0;
    this.#key1 = key1;
    this.#counter = [a >>> 0, b >>> 0, c >>> 0];
  }

  /** A uniform integer in 0..2^32-1. */
  uint32(): number {
    if (this.#left === 0) {
      const block = this.#block;
      block[0] = this.#index++;
      block[1] = this.#counter[0];
      block[2] = this.#counter[1];
      block[3] = this.#counter[2];
      philox4x32(block, this.#key0, this.#key1);
      this.#left = 4;
    }
    return this.#block[4 - this.#left--]!;
  }

  /** Uniform in [low, high), 32 bits of resolution. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() / 4294967296);
  }

  /** True with probability `p`. */
  bernoulli(p: number): boolean {
    return this.uniform() < p;
  }

  /** A uniform integer in 0..n-1. */
  integer(n: number): number {
    return Math.floor((this.uint32() / 4294967296) * n);
  }

  /** Normal with the given mean and standard deviation (Box-Muller). */
  normal(mean = 0, standardDeviation = 1): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return mean + standardDeviation * value;
    }
    const radius = Math.sqrt(-2 * Math.log((this.uint32() + 1) / 4294967297));
    const angle = 2 * Math.PI * (this.uint32() / 4294967296);
    this.#spare = radius * Math.sin(angle);
    return mean + standardDeviation * radius * Math.cos(angle);
  }

  /** Normal, redrawn until within two standard deviations of the mean. */
  truncatedNormal(mean = 0, standardDeviation = 1): number {
    for (;;) {
      const value = this.normal();
      if (Math.abs(value) <= 2) return mean + standardDeviation * value;
    }
  }

  /** A uniformly random order of 0..n-1 (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const value = order[i]!;
      order[i] = order[j]!;
      order[j] = value;
    }
    return order;
  }
}
