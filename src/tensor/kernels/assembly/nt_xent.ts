// NT-Xent by tiles: each row's log-sum-exp over all other rows, and the gradient from it, without
// ever holding the matrix of all similarities.
//
// S is symmetric, which could halve the work of a single replica; with replicas each computes its
// own rows of it against all, where there is no symmetry to use.

import { exp4, EXP_TABLE_BYTES, writeExpTable } from "./exp";
import { multiplyTile } from "./multiply_tile";
import { inverseLength } from "./normalise_rows";
import {
  packedBytes,
  packRows,
  paddedBytes,
  paddedStride,
  padRows,
  similarityTile,
  TILE_BYTES,
  TILE_COLUMNS,
  TILE_ROWS,
  TILE_STRIDE,
} from "./similarity_tiles";

/** Less than any similarity, and finite so that differences of two are no NaN. */
const NOTHING: f32 = -1e30;

/** Scratch that `ntXentRows` takes. */
export function ntXentRowsScratch(total: usize, size: usize): usize {
  return paddedBytes(total, size) + packedBytes(total, size) + TILE_BYTES + EXP_TABLE_BYTES;
}

/**
 * What each of `rows` rows from `first` has to do with all others.
 *
 * Rows 2k and 2k+1 are a pair. With s = cosine of row i and another row:
 *
 * @param all Unit rows [total, size].
 * @param positive s of i and its pair.
 * @param hardest The largest s of i and any row but itself and its pair; -1e30 if there is none.
 * @param sums f64: the sum over the same rows of exp((s - hardest) / temperature). The pair is left
 * out so that what is left can be seen when it is all but everything.
 */
export function ntXentRows(
  all: usize,
  total: usize,
  size: usize,
  first: usize,
  rows: usize,
  temperature: f64,
  positive: usize,
  hardest: usize,
  sums: usize,
  scratch: usize,
): void {
  const padded = scratch;
  const packed = padded + paddedBytes(total, size);
  const tile = packed + packedBytes(total, size);
  const table = tile + TILE_BYTES;
  const sharpness = <f32> (1 / temperature);
  padRows(all, total, size, padded);
  packRows(padded, total, size, packed);
  writeExpTable(table);
  for (let row: usize = 0; row < rows; row++) {
    f32.store(positive + row * 4, NOTHING);
    f32.store(hardest + row * 4, NOTHING);
    f64.store(sums + row * 8, 0);
  }
  for (let row: usize = 0; row < rows; row += TILE_ROWS) {
    const high = min(TILE_ROWS, rows - row);
    for (let column: usize = 0; column < total; column += TILE_COLUMNS) {
      const wide = min(TILE_COLUMNS, total - column);
      similarityTile(padded, packed, size, first + row, high, column, wide, tile);
      for (let r: usize = 0; r < high; r++) {
        addRow(
          tile + r * TILE_STRIDE,
          column,
          wide,
          first + row + r,
          sharpness,
          positive + (row + r) * 4,
          hardest + (row + r) * 4,
          sums + (row + r) * 8,
          table,
        );
      }
    }
  }
}

/** Takes `wide` similarities of row `i`, with the rows from `column`, into its running figures. */
function addRow(
  similarities: usize,
  column: usize,
  wide: usize,
  i: usize,
  sharpness: f32,
  positive: usize,
  hardest: usize,
  sum: usize,
  table: usize,
): void {
  const whole = (wide + 3) & ~3;
  for (let j = wide; j < whole; j++) f32.store(similarities + j * 4, NOTHING);
  // Unsigned: what lies before the tile wraps around to far behind it.
  const self = i - column;
  const pair = (i ^ 1) - column;
  if (self < wide) f32.store(similarities + self * 4, NOTHING);
  if (pair < wide) {
    f32.store(positive, f32.load(similarities + pair * 4));
    f32.store(similarities + pair * 4, NOTHING);
  }
  const before = f32.load(hardest);
  let largest = f32x4.splat(before);
  for (let o: usize = 0; o < whole * 4; o += 16) {
    largest = f32x4.pmax(largest, v128.load(similarities + o));
  }
  const after = max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
  f32.store(hardest, after);
  const shift = f32x4.splat(after);
  const factor = f32x4.splat(sharpness);
  let exponentials = f32x4.splat(0);
  for (let o: usize = 0; o < whole * 4; o += 16) {
    const exponent = f32x4.mul(f32x4.sub(v128.load(similarities + o), shift), factor);
    exponentials = f32x4.add(exponentials, exp4(exponent, table));
  }
  const more = <f64> f32x4.extract_lane(exponentials, 0) +
    <f64> f32x4.extract_lane(exponentials, 1) +
    <f64> f32x4.extract_lane(exponentials, 2) + <f64> f32x4.extract_lane(exponentials, 3);
  const rescale = exp4(f32x4.splat((before - after) * sharpness), table);
  f64.store(sum, f64.load(sum) * <f64> f32x4.extract_lane(rescale, 0) + more);
}

/** Scratch that `ntXentGradient` takes. */
export function ntXentGradientScratch(total: usize, size: usize): usize {
  return ntXentRowsScratch(total, size) + TILE_ROWS * paddedStride(size);
}

/**
 * The gradient of `scale` times the sum over all rows of -log of their softmax at their pair, with
 * respect to z before it was normalised, for `rows` rows from `first`.
 *
 * With P_ij = exp(s_ij / temperature - logSumExp_i), row i of the gradient with respect to unit
 * rows is the sum over j of w_ij u_j / temperature, where w_ij = P_ij + P_ji, and for i's pair
 * P_ij + P_ji - 2. What of it points along u_i is taken away and the rest divided by the length of
 * z_i.
 *
 * @param z [rows, size], the rows from `first` before they were normalised.
 * @param all Unit rows [total, size]. @param logSumExp [total].
 * @param pairWeights w of each of the rows and its pair, [rows]: a small difference of numbers near
 * 1, which is why it is not made here.
 * @param dz [rows, size].
 */
export function ntXentGradient(
  z: usize,
  all: usize,
  logSumExp: usize,
  pairWeights: usize,
  total: usize,
  size: usize,
  first: usize,
  rows: usize,
  temperature: f64,
  scale: f64,
  dz: usize,
  scratch: usize,
): void {
  const padded = scratch;
  const packed = padded + paddedBytes(total, size);
  const tile = packed + packedBytes(total, size);
  const table = tile + TILE_BYTES;
  const sums = table + EXP_TABLE_BYTES;
  const stride = paddedStride(size);
  const sharpness = <f32> (1 / temperature);
  padRows(all, total, size, padded);
  packRows(padded, total, size, packed);
  writeExpTable(table);
  for (let row: usize = 0; row < rows; row += TILE_ROWS) {
    const high = min(TILE_ROWS, rows - row);
    memory.fill(sums, 0, TILE_ROWS * stride);
    for (let column: usize = 0; column < total; column += TILE_COLUMNS) {
      const wide = min(TILE_COLUMNS, total - column);
      similarityTile(padded, packed, size, first + row, high, column, wide, tile);
      for (let r: usize = 0; r < high; r++) {
        const i = first + row + r;
        const pairWeight = f32.load(pairWeights + (row + r) * 4);
        weighRow(tile + r * TILE_STRIDE, column, wide, i, sharpness, logSumExp, pairWeight, table);
      }
      multiplyTile(
        tile,
        TILE_STRIDE,
        padded + column * stride,
        stride,
        32,
        sums,
        stride,
        (high + 3) & ~3,
        (size + 7) & ~7,
        wide,
        true,
      );
    }
    for (let r: usize = 0; r < high; r++) {
      const o = (row + r) * size * 4;
      const length = inverseLength(z + o, size);
      const unit = padded + (first + row + r) * stride;
      projectRow(sums + r * stride, unit, size, scale / temperature * length, dz + o);
    }
  }
}

/** Turns similarities of row `i` into the weights of the rows from `column` in its gradient. */
function weighRow(
  similarities: usize,
  column: usize,
  wide: usize,
  i: usize,
  sharpness: f32,
  logSumExp: usize,
  pairWeight: f32,
  table: usize,
): void {
  const factor = f32x4.splat(sharpness);
  const own = f32x4.splat(f32.load(logSumExp + i * 4));
  const others = logSumExp + column * 4;
  const vectors = wide & ~3;
  let j: usize = 0;
  for (; j < vectors; j += 4) {
    const s = f32x4.mul(v128.load(similarities + j * 4), factor);
    const other = v128.load(others + j * 4);
    const weight = f32x4.add(exp4(f32x4.sub(s, own), table), exp4(f32x4.sub(s, other), table));
    v128.store(similarities + j * 4, weight);
  }
  for (; j < wide; j++) {
    const s = f32x4.mul(v128.load32_splat(similarities + j * 4), factor);
    const other = v128.load32_splat(others + j * 4);
    const weight = f32x4.add(exp4(f32x4.sub(s, own), table), exp4(f32x4.sub(s, other), table));
    v128.store32_lane(similarities + j * 4, weight, 0);
  }
  const self = i - column;
  const pair = (i ^ 1) - column;
  if (self < wide) f32.store(similarities + self * 4, 0);
  if (pair < wide) f32.store(similarities + pair * 4, pairWeight);
}

/** out = scale (gradient - (gradient · unit) unit). */
function projectRow(gradient: usize, unit: usize, size: usize, scale: f64, out: usize): void {
  let along: f64 = 0;
  for (let o: usize = 0; o < size * 4; o += 4) {
    along += <f64> f32.load(gradient + o) * <f64> f32.load(unit + o);
  }
  for (let o: usize = 0; o < size * 4; o += 4) {
    const across = <f64> f32.load(gradient + o) - along * <f64> f32.load(unit + o);
    f32.store(out + o, <f32> (across * scale));
  }
}
