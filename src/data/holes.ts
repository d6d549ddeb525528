/**
 * Holes for a context encoder to fill (Pathak et al., "Context Encoders", CVPR 2016, section 3.3).
 *
 * @module
 */
import type { RandomStream } from "../random.ts";
import type { ContextEncoderOptions } from "../schemas/objective.ts";

/** Most blocks or strokes that are added up: a bound, far above what is needed. */
const MOST_PIECES = 1000;

/**
 * Draws a hole.
 *
 * @returns `size²` numbers row by row, 1 in the hole, 0 outside; some of each.
 */
export function drawHole(
  { mask, area }: Pick<ContextEncoderOptions, "mask" | "area">,
  size: number,
  stream: RandomStream,
): Float32Array {
  const hole = new Float32Array(size * size);
  const wanted = Math.min(size * size - 1, Math.max(1, Math.round(area * size * size)));
  if (mask === "centre") {
    const side = Math.min(size - 1, Math.max(1, Math.round(Math.sqrt(wanted))));
    const start = Math.floor((size - side) / 2);
    fillBlock(hole, size, start, start, side, side);
    return hole;
  }
  const add = mask === "random-block" ? addBlock : addStroke;
  let filled = 0;
  for (let piece = 0; filled < wanted && piece < MOST_PIECES; piece++) {
    filled += add(hole, size, stream, wanted - filled);
  }
  return hole;
}

/** A block of an eighth to three eighths of the side; one that would take too much is cut. */
function addBlock(hole: Float32Array, size: number, stream: RandomStream, left: number): number {
  const side = () => Math.max(1, Math.round(size * stream.uniform(1 / 8, 3 / 8)));
  const height = Math.min(size, side());
  const width = Math.min(size, side(), Math.max(1, Math.ceil(left / height)));
  const top = stream.integer(size - height + 1);
  const start = stream.integer(size - width + 1);
  return fillBlock(hole, size, top, start, Math.min(height, left), width, left);
}

/** A stroke of a square brush that turns a little at each move (Yu et al. 2019, algorithm 1). */
function addStroke(hole: Float32Array, size: number, stream: RandomStream, left: number): number {
  const brush = Math.max(1, Math.round(size * stream.uniform(1 / 16, 1 / 8)));
  let y = stream.uniform(0, size);
  let x = stream.uniform(0, size);
  let angle = stream.uniform(0, 2 * Math.PI);
  let filled = 0;
  const moves = 4 + stream.integer(size);
  for (let move = 0; move < moves && filled < left; move++) {
    const top = Math.round(y - brush / 2);
    const start = Math.round(x - brush / 2);
    filled += fillBlock(hole, size, top, start, brush, brush, left - filled);
    angle += stream.uniform(-0.6, 0.6);
    const step = Math.max(1, brush / 2);
    y = Math.min(size - 1, Math.max(0, y + step * Math.sin(angle)));
    x = Math.min(size - 1, Math.max(0, x + step * Math.cos(angle)));
  }
  return filled;
}

/** @returns How many pixels were not in the hole before: at most `most`. */
function fillBlock(
  hole: Float32Array,
  size: number,
  top: number,
  start: number,
  height: number,
  width: number,
  most = Infinity,
): number {
  let filled = 0;
  for (let y = Math.max(0, top); y < Math.min(size, top + height); y++) {
    for (let x = Math.max(0, start); x < Math.min(size, start + width); x++) {
      if (filled === most || hole[y * size + x] === 1) continue;
      hole[y * size + x] = 1;
      filled++;
    }
  }
  return filled;
}

/**
 * The weight of each pixel's error: 1 in the hole, `rimWeight` in a rim around it, 0 beyond.
 *
 * @param rim Width of the rim, pixels.
 */
export function holeWeights(
  hole: Float32Array,
  size: number,
  rim: number,
  rimWeight: number,
): Float32Array {
  const weights = hole.slice();
  if (rim === 0 || rimWeight === 0) return weights;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (hole[y * size + x] === 0) continue;
      for (let v = Math.max(0, y - rim); v <= Math.min(size - 1, y + rim); v++) {
        for (let u = Math.max(0, x - rim); u <= Math.min(size - 1, x + rim); u++) {
          if (hole[v * size + u] === 0) weights[v * size + u] = rimWeight;
        }
      }
    }
  }
  return weights;
}
