// Long sums over rows: short runs in f32 lanes, combined in f64.
//
// A plain f32 sum over 500,000 rows keeps two or three digits. Runs of BLOCK rows lose less than
// their own last digits, and the f64 totals lose nothing that matters.

import { loadLanes } from "./lanes";

/** Rows summed in f32 before the sum is added to the f64 total. */
export const BLOCK: usize = 256;

/** Adds the first `width` (4 or 1) lanes of `sum` to the f64 totals at `totals`. */
// @ts-ignore: decorator

export function addToTotals(totals: usize, sum: v128, width: i32): void {
  if (width == 4) {
    const low = f64x2.promote_low_f32x4(sum);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f64>(sum, sum, 1, 0));
    v128.store(totals, f64x2.add(v128.load(totals), low));
    v128.store(totals, f64x2.add(v128.load(totals, 16), high), 16);
  } else {
    f64.store(totals, f64.load(totals) + <f64> f32x4.extract_lane(sum, 0));
  }
}

/** Adds each channel's sum over `rows` rows to the f64 totals. */
export function addRows(x: usize, rows: usize, channels: usize, totals: usize): void {
  for (let start: usize = 0; start < rows; start += BLOCK) {
    const count = min(BLOCK, rows - start);
    const block = x + start * channels * 4;
    let c: usize = 0;
    for (; c + 16 <= channels; c += 16) {
      addBlock16(block + c * 4, count, channels * 4, totals + c * 8);
    }
    for (; c + 4 <= channels; c += 4) {
      addBlock(block + c * 4, count, channels * 4, totals + c * 8, 4);
    }
    for (; c < channels; c++) addBlock(block + c * 4, count, channels * 4, totals + c * 8, 1);
  }
}

function addBlock16(x: usize, count: usize, stride: usize, totals: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let row: usize = 0; row < count; row++) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
    x += stride;
  }
  addToTotals(totals, s0, 4);
  addToTotals(totals + 32, s1, 4);
  addToTotals(totals + 64, s2, 4);
  addToTotals(totals + 96, s3, 4);
}

// @ts-ignore: decorator

function addBlock(x: usize, count: usize, stride: usize, totals: usize, width: i32): void {
  let sum = f32x4.splat(0);
  for (let row: usize = 0; row < count; row++) {
    sum = f32x4.add(sum, loadLanes(x, width));
    x += stride;
  }
  addToTotals(totals, sum, width);
}
