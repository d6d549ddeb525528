// Lines: rows of tiles, of which Winograd's filtering takes some at a time, from one image or many.
// A line's rows are transformed along the height where they lie: rows outside the image are read
// from one row of zeros, pixels outside are written as zeros, so nothing is copied to be padded.
import { zeroFloats } from "./band";
import { gradientRows2, gradientRows4, inputRows2, inputRows4 } from "./winograd_transforms";

/** Row `row` of an image from `x` on, or the row of zeros. */
// @ts-ignore: decorator
@inline
function rowAt(x: usize, rowBytes: usize, height: i32, row: i32, zeros: usize): usize {
  return row >= 0 && row < height ? x + <usize>row * rowBytes : zeros;
}

/** Writes zeros to the first and last pixels of `places` rows, `tRow` bytes apart. */
function zeroEnds(
  t: usize, tRow: usize, places: i32, before: i32, end: usize, after: i32,
): void {
  for (; places > 0; places--) {
    zeroFloats(t, before);
    zeroFloats(t + end, after);
    t += tRow;
  }
}

/**
 * The inputs that `columns` tiles see, of which the first begins at pixel (`top`, `left`) of the
 * image at `x`, to m + 2 rows of m * columns + 2 pixels at `t`.
 */
export function transformLine(
  m: i32, x: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, columns: i32,
  zeros: usize, t: usize, tRow: usize,
): void {
  const pixel = <usize>channels << 2;
  const rowBytes = <usize>width * pixel;
  const needed = m * columns + 2;
  const before = min(max(-left, 0), needed);
  const inside = max(min(needed - before, width - (left + before)), 0);
  const end = <usize>(before + inside) * pixel;
  zeroEnds(t, tRow, m + 2, before * channels, end, (needed - before - inside) * channels);
  if (inside == 0) return;
  const from = x + <usize>(left + before) * pixel;
  const to = t + <usize>before * pixel;
  const bytes = <usize>inside * pixel;
  const p0 = rowAt(from, rowBytes, height, top, zeros);
  const p1 = rowAt(from, rowBytes, height, top + 1, zeros);
  const p2 = rowAt(from, rowBytes, height, top + 2, zeros);
  const p3 = rowAt(from, rowBytes, height, top + 3, zeros);
  if (m == 2) {
    inputRows2(p0, p1, p2, p3, to, tRow, bytes);
    return;
  }
  const p4 = rowAt(from, rowBytes, height, top + 4, zeros);
  const p5 = rowAt(from, rowBytes, height, top + 5, zeros);
  inputRows4(p0, p1, p2, p3, p4, p5, to, tRow, bytes);
}

/** The gradients of `columns` tiles of outputs from row `top` on, to m + 2 rows at `t`. */
export function transformGradientLine(
  m: i32, dy: usize, height: i32, width: i32, channels: i32, top: i32, columns: i32,
  zeros: usize, t: usize, tRow: usize,
): void {
  const pixel = <usize>channels << 2;
  const bytes = <usize>width * pixel;
  zeroEnds(t, tRow, m + 2, 0, bytes, (m * columns - width) * channels);
  const p0 = rowAt(dy, bytes, height, top, zeros);
  const p1 = rowAt(dy, bytes, height, top + 1, zeros);
  if (m == 2) {
    gradientRows2(p0, p1, t, tRow, bytes);
    return;
  }
  const p2 = rowAt(dy, bytes, height, top + 2, zeros);
  const p3 = rowAt(dy, bytes, height, top + 3, zeros);
  gradientRows4(p0, p1, p2, p3, t, tRow, bytes);
}
