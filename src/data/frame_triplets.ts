/**
 * Which frames of a clip make up triplets (Misra, Zitnick & Hebert, "Shuffle and Learn", ECCV
 * 2016): of frames a < b < c < d < e with motion between them, (b, c, d) is in order, (b, a, d)
 * and (b, e, d) are not. All share their first and last frame, so only the middle one tells.
 *
 * @module
 */
import type { RandomStream } from "../random.ts";

/** How triplets are drawn. */
export interface TripletOptions {
  /** Fewest frames between the window and one outside it, where there are so many. */
  gap: number;
  /** Share of middles that are out of order. */
  negatives: number;
}

/** Two triplets that share their ends: (first, middles[i], last). */
export interface TripletPair {
  first: number;
  last: number;
  middles: [number, number];
  /** Whether each middle lies between the ends. */
  inOrder: [boolean, boolean];
}

/**
 * Draws two triplets.
 *
 * Windows b…d are drawn in proportion to the mean motion in them; the middle by how far it is from
 * the nearer end, the one outside by how far from the window: frames between which nothing moves
 * have no order. In half of the draws time runs backwards, which is an order too.
 *
 * A clip of three frames has room for one kind only: both triplets are of it.
 *
 * @param motion How much changes from each frame to the next, 0 or more; n - 1 numbers, n >= 3.
 */
export function drawTriplets(
  motion: ArrayLike<number>,
  { gap, negatives }: TripletOptions,
  random: RandomStream,
): TripletPair {
  const frames = motion.length + 1;
  // A half apart, so that with as many negatives as positives there is one of each.
  const draw = random.uniform();
  const negative: [boolean, boolean] = [draw < negatives, (draw + 0.5) % 1 < negatives];
  const backwards = random.bernoulli(0.5);
  if (frames === 3) return threeFrames(negative[0], backwards, random);

  const travelled = new Float64Array(frames);
  for (let i = 1; i < frames; i++) travelled[i] = travelled[i - 1]! + motion[i - 1]!;
  const distance = (i: number, j: number) => Math.abs(travelled[i]! - travelled[j]!);
  const windows: [number, number][] = [];
  for (let wanted = gap; windows.length === 0; wanted--) {
    for (let b = 0; b < frames; b++) {
      for (let d = b + 2; d < frames; d++) {
        if (b >= wanted || d + wanted < frames) windows.push([b, d]);
      }
    }
    gap = wanted;
  }
  const [b, d] = drawWeighted(windows, ([b, d]) => distance(b, d) / (d - b), random);
  const inside = Array.from({ length: d - b - 1 }, (_, i) => b + 1 + i);
  const others = outside(b, d, frames, gap);
  const middles = negative.map((out) =>
    out
      ? drawWeighted(others, (x) => distance(x, x < b ? b : d), random)
      : drawWeighted(inside, (c) => Math.min(distance(b, c), distance(c, d)), random)
  ) as [number, number];
  const [first, last] = backwards ? [d, b] : [b, d];
  return { first, last, middles, inOrder: [!negative[0], !negative[1]] };
}

/** The motion between neighbouring frames: the mean absolute difference of their values. */
export function frameMotion(pixels: Uint8Array, frames: number): Float64Array {
  const length = pixels.length / frames;
  return Float64Array.from({ length: frames - 1 }, (_, i) => {
    let sum = 0;
    for (let k = i * length; k < (i + 1) * length; k++) {
      sum += Math.abs(pixels[k + length]! - pixels[k]!);
    }
    return sum / length;
  });
}

/** Frames at least `gap` away from the window. */
function outside(b: number, d: number, frames: number, gap: number): number[] {
  return Array.from(Array(frames).keys()).filter((x) => x <= b - gap || x >= d + gap);
}

function threeFrames(negative: boolean, backwards: boolean, random: RandomStream): TripletPair {
  const orders: [number, number, number][] = negative ? [[1, 0, 2], [0, 2, 1]] : [[0, 1, 2]];
  const order = orders[random.integer(orders.length)]!;
  const [first, middle, last] = backwards ? order.reverse() : order;
  return {
    first: first!,
    last: last!,
    middles: [middle!, middle!],
    inOrder: [!negative, !negative],
  };
}

/** One of the choices, in proportion to its weight; all alike where every weight is 0. */
function drawWeighted<T>(
  choices: readonly T[],
  weight: (choice: T) => number,
  random: RandomStream,
): T {
  const weights = choices.map(weight);
  const total = weights.reduce((a, b) => a + b, 0);
  if (!(total > 0)) return choices[random.integer(choices.length)]!;
  let left = random.uniform(0, total);
  for (const [i, choice] of choices.entries()) {
    left -= weights[i]!;
    if (left < 0) return choice;
  }
  return choices[weights.findLastIndex((value) => value > 0)]!;
}
