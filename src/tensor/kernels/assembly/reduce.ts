// Long sums over rows: short runs in f32 lanes, combined in f64.
//
// A plain f32 sum over 500,000 rows keeps two or three digits. Runs of BLOCK rows lose less than
// their own last digits, and the f64 totals lose nothing that matters.

/** Rows summed in f32 before the sum is added to the f64 total. */
export const BLOCK: usize = 256;

/** Adds the first `width` (4 or 1) lanes of `sum` to the f64 totals at `totals`. */
// @ts-ignore: decorator
@inline
export function addToTotals(totals: usize, sum: v128, width: i32): void {
  if (width == 4) {
    const low = f64x2.promote_low_f32x4(sum);
    const high = f64x2.promote_low_f32x4(i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    v128.store(totals, f64x2.add(v128.load(totals), low));
    v128.store(totals, f64x2.add(v128.load(totals, 16), high), 16);
  } else {
    f64.store(totals, f64.load(totals) + <f64>f32x4.extract_lane(sum, 0));
  }
}
