// A tile of a matrix product: the inner loop of everything that compares all rows with all rows.

import { madd } from "./simd";

/**
 * c [rows, columns] = a [rows, depth] b [depth, columns], or added to c if `accumulate`.
 *
 * `rows` is a multiple of 4, `columns` of 8 and `depth` of 2; a step along k is one float in a.
 * Strides are in bytes: `aStride` and `cStride` from row to row, `bStride` from one k to the next,
 * and `bPanelStride` from eight columns to the next eight, so that b may be packed in panels or
 * plain.
 */
export function multiplyTile(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  bPanelStride: usize,
  c: usize,
  cStride: usize,
  rows: usize,
  columns: usize,
  depth: usize,
  accumulate: bool,
): void {
  for (let column: usize = 0; column < columns; column += 8) {
    for (let row: usize = 0; row < rows; row += 4) {
      multiply4x8(
        a + row * aStride,
        aStride,
        b,
        bStride,
        c + row * cStride,
        cStride,
        depth,
        accumulate,
      );
    }
    b += bPanelStride;
    c += 32;
  }
}

// @ts-ignore: decorator

function multiply4x8(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  depth: usize,
  accumulate: bool,
): void {
  const c1 = c + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (accumulate) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  let a0 = a;
  let a1 = a0 + aStride;
  let a2 = a1 + aStride;
  let a3 = a2 + aStride;
  // Two steps a turn: the loop's own arithmetic is a fifth of the time otherwise.
  for (const end = a + depth * 4; a0 < end; a0 += 8, a1 += 8, a2 += 8, a3 += 8) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a1);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a2);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a3);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    b += bStride;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a0, 4);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a1, 4);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a2, 4);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a3, 4);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    b += bStride;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
