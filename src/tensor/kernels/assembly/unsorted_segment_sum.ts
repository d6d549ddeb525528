// Sums of rows that belong together: the gradient of looking rows up in a table.

import { loadLanes, storeLanes } from "./lanes";

/**
 * y [segments, size]: row s is the sum of the rows of x [rows, size] whose id is s; ids outside
 * 0..segments-1 are left out.
 *
 * @param ids i32 [rows]. @param whole Whether numbers are i32 rather than f32.
 */
export function unsortedSegmentSum(
  x: usize,
  ids: usize,
  rows: usize,
  size: usize,
  segments: i32,
  whole: bool,
  y: usize,
): void {
  const bytes = size * 4;
  memory.fill(y, 0, <usize> segments * bytes);
  for (let row: usize = 0; row < rows; row++, x += bytes) {
    const id = i32.load(ids + row * 4);
    if (id < 0 || id >= segments) continue;
    const sum = y + <usize> id * bytes;
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) add(sum + o, x + o, whole, 4);
    for (; o < bytes; o += 4) add(sum + o, x + o, whole, 1);
  }
}

/** Adds `width` (4 or 1) numbers. */
// @ts-ignore: decorator

function add(sum: usize, x: usize, whole: bool, width: i32): void {
  const a = loadLanes(sum, width);
  const b = loadLanes(x, width);
  storeLanes(sum, whole ? i32x4.add(a, b) : f32x4.add(a, b), width);
}
