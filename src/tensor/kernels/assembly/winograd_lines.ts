// Lines: rows of tiles, of which Winograd's filtering takes some at a time, from one image or many.
// A line's rows are transformed along the height where they lie: rows outside the image are read
// from one row of zeros, pixels outside are written as zeros, so nothing is copied to be padded.
import { zeroFloats } from "./band";
import { gradientRows, inputRows, inputsOf, outputsOf, placesOf, stepOf } from "./winograd_transforms";

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
 * image at `x`, to rows of places at `t`.
 */
export function transformLine(
  kind: i32, x: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, columns: i32,
  zeros: usize, t: usize, tRow: usize,
): void {
  const pixel = <usize>channels << 2;
  const needed = stepOf(kind) * (columns - 1) + inputsOf(kind);
  const before = min(max(-left, 0), needed);
  const inside = max(min(needed - before, width - (left + before)), 0);
  zeroEnds(
    t, tRow, placesOf(kind), before * channels, <usize>(before + inside) * pixel,
    (needed - before - inside) * channels,
  );
  if (inside == 0) return;
  inputRows(
    kind, x + <usize>(left + before) * pixel, <usize>width * pixel, height, top, zeros,
    t + <usize>before * pixel, tRow, <usize>inside * pixel,
  );
}

/** The gradients of `columns` tiles of outputs from row `top` on, to rows of places at `t`. */
export function transformGradientLine(
  kind: i32, dy: usize, height: i32, width: i32, channels: i32, top: i32, columns: i32,
  zeros: usize, t: usize, tRow: usize,
): void {
  const bytes = <usize>(width * channels) << 2;
  zeroEnds(
    t, tRow, placesOf(kind), 0, bytes, (outputsOf(kind) * columns - width) * channels,
  );
  gradientRows(kind, dy, bytes, height, top, zeros, t, tRow, bytes);
}
