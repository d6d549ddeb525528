// Cosine similarities of unit rows with all unit rows, a tile at a time.
//
// Rows, whose number is even as they are pairs, are copied twice before they are compared: padded
// with zeros to whole vectors, and packed by eights with the eight values of a dimension side by
// side, as `multiplyTile` wants them. Two copies of [rows, dimensions] are all the memory that
// grows with the batch.

import { multiplyTile } from "./multiply_tile";

/** Rows and columns of a tile: 32 KiB, so that it stays in the nearest caches. */
export const TILE_ROWS: usize = 64;
export const TILE_COLUMNS: usize = 128;
/** Bytes from one row of a tile to the next. */
export const TILE_STRIDE: usize = TILE_COLUMNS * 4;
/** Bytes of a tile. */
export const TILE_BYTES: usize = TILE_ROWS * TILE_STRIDE;

/** Bytes of a padded row: whole groups of eight floats. */
// @ts-ignore: decorator

export function paddedStride(size: usize): usize {
  return ((size + 7) & ~7) * 4;
}

/** Bytes of the padded copy; a tile may read up to seven rows past the last. */
// @ts-ignore: decorator

export function paddedBytes(rows: usize, size: usize): usize {
  return (rows + 8) * paddedStride(size);
}

/** Dimensions that are multiplied: `multiplyTile` takes them by twos. */
// @ts-ignore: decorator

function depthOf(size: usize): usize {
  return (size + 1) & ~1;
}

/** Bytes of the packed copy. */
// @ts-ignore: decorator

export function packedBytes(rows: usize, size: usize): usize {
  return ((rows + 7) & ~7) * depthOf(size) * 4;
}

/** Copies x [rows, size] with zeros after each row and after the last. */
export function padRows(x: usize, rows: usize, size: usize, padded: usize): void {
  const stride = paddedStride(size);
  memory.fill(padded, 0, paddedBytes(rows, size));
  for (let row: usize = 0; row < rows; row++) {
    memory.copy(padded + row * stride, x + row * size * 4, size * 4);
  }
}

/** Packs the padded rows: panel by panel of eight rows, within it dimension by dimension. */
export function packRows(padded: usize, rows: usize, size: usize, packed: usize): void {
  const stride = paddedStride(size);
  for (let row: usize = 0; row < rows; row += 8) {
    for (let o: usize = 0; o < depthOf(size) * 4; o += 4) {
      for (let r: usize = 0; r < 8; r++) {
        f32.store(packed, f32.load(padded + r * stride + o));
        packed += 4;
      }
    }
    padded += 8 * stride;
  }
}

/**
 * Similarities of `rows` (rounded up to fours) rows from `row` with `columns` (rounded up to
 * eights) rows from `column`, a multiple of 8.
 */
export function similarityTile(
  padded: usize,
  packed: usize,
  size: usize,
  row: usize,
  rows: usize,
  column: usize,
  columns: usize,
  tile: usize,
): void {
  const stride = paddedStride(size);
  const depth = depthOf(size);
  multiplyTile(
    padded + row * stride,
    stride,
    packed + column * depth * 4,
    32,
    depth * 32,
    tile,
    TILE_STRIDE,
    (rows + 3) & ~3,
    (columns + 7) & ~7,
    depth,
    false,
  );
}
