// e^x of four floats at once.

import { loadLanes, storeLanes } from "./lanes";
import { madd } from "./simd";

/** Bytes of the table that `exp4` reads. */
export const EXP_TABLE_BYTES: usize = 13 * 16;

/**
 * Writes what `exp4` reads. V8 makes a constant vector anew at each use, four instructions where a
 * load is one: from a table the function is twice as fast.
 */
export function writeExpTable(table: usize): void {
  // Where e^x leaves the normal numbers, and where 2^n would leave the exponent.
  v128.store(table, f32x4.splat(-87.3));
  v128.store(table, f32x4.splat(88), 16);
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
  v128.store(table, f32x4.splat(12582912), 32);
  v128.store(table, f32x4.splat(1.44269504088896341), 48);
  // -ln 2 in two parts, the first so short that n times it is exact.
  v128.store(table, f32x4.splat(-0.693359375), 64);
  v128.store(table, f32x4.splat(2.12194440e-4), 80);
  // e^r by the polynomial of Cephes' expf (Moshier, 1989).
  v128.store(table, f32x4.splat(1.9875691500e-4), 96);
  v128.store(table, f32x4.splat(1.3981999507e-3), 112);
  v128.store(table, f32x4.splat(8.3334519073e-3), 128);
  v128.store(table, f32x4.splat(4.1665795894e-2), 144);
  v128.store(table, f32x4.splat(1.6666665459e-1), 160);
  v128.store(table, f32x4.splat(5.0000001201e-1), 176);
  v128.store(table, f32x4.splat(1), 192);
}

/**
 * e^x within 2e-7 of its value for x in [-87.3, 88]; 0 below, e^88 above, NaN for NaN.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2, and 2^n by adding n to the exponent.
 */
// @ts-ignore: decorator

export function exp4(x: v128, table: usize): v128 {
  const lowest = v128.load(table);
  // pmin and pmax return their first argument if it is NaN.
  const bounded = f32x4.pmin(f32x4.pmax(x, lowest), v128.load(table, 16));
  const round = v128.load(table, 32);
  const shifted = madd(bounded, v128.load(table, 48), round);
  const n = f32x4.sub(shifted, round);
  const r = madd(n, v128.load(table, 80), madd(n, v128.load(table, 64), bounded));
  let p = madd(v128.load(table, 96), r, v128.load(table, 112));
  p = madd(p, r, v128.load(table, 128));
  p = madd(p, r, v128.load(table, 144));
  p = madd(p, r, v128.load(table, 160));
  p = madd(p, r, v128.load(table, 176));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), v128.load(table, 192));
  const scaled = i32x4.add(p, i32x4.shl(shifted, 23));
  return v128.andnot(scaled, f32x4.lt(x, lowest));
}

/** e^x of `size` floats. @param scratch EXP_TABLE_BYTES. */
export function exponential(x: usize, y: usize, size: usize, scratch: usize): void {
  writeExpTable(scratch);
  let o: usize = 0;
  for (; o + 16 <= size * 4; o += 16) v128.store(y + o, exp4(v128.load(x + o), scratch));
  for (; o < size * 4; o += 4) storeLanes(y + o, exp4(loadLanes(x + o, 1), scratch), 1);
}
