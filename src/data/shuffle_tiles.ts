/**
 * Shuffled images: whole cells of a picture put in another order and back, on raw pixels, for
 * people to look at. What the encoder sees is `patches.ts`.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";
import type { RawImage } from "../images/netpbm.ts";

/**
 * Puts the cell `permutation[i]` at position i.
 *
 * @param permutation An order of the cells of a square grid, counted row by row.
 * @returns The shuffled picture. Sides that the grid does not divide are cut to the largest multiple
 * of it, as much on both ends.
 * @throws {InvalidError} If it is no such order, or the picture has fewer pixels a side than the
 * grid has cells.
 */
export function shuffleTiles(image: RawImage, permutation: readonly number[]): RawImage {
  const grid = gridOf(permutation);
  const { channels } = image;
  const cellHeight = Math.floor(image.height / grid);
  const cellWidth = Math.floor(image.width / grid);
  if (cellHeight < 1 || cellWidth < 1) {
    throw new InvalidError(
      `Cannot shuffle tiles: ${image.width}×${image.height} pixels, a grid of ${grid}×${grid}`,
    );
  }
  const height = cellHeight * grid;
  const width = cellWidth * grid;
  const marginTop = Math.floor((image.height - height) / 2);
  const marginLeft = Math.floor((image.width - width) / 2);
  const pixels = new Uint8Array(height * width * channels);
  permutation.forEach((from, to) => {
    const sourceTop = marginTop + Math.floor(from / grid) * cellHeight;
    const sourceLeft = marginLeft + (from % grid) * cellWidth;
    const targetTop = Math.floor(to / grid) * cellHeight;
    const targetLeft = (to % grid) * cellWidth;
    for (let y = 0; y < cellHeight; y++) {
      const source = ((sourceTop + y) * image.width + sourceLeft) * channels;
      const target = ((targetTop + y) * width + targetLeft) * channels;
      pixels.set(image.pixels.subarray(source, source + cellWidth * channels), target);
    }
  });
  return { pixels, width, height, channels };
}

/** Undoes {@linkcode shuffleTiles}: puts the cell at position i back to `permutation[i]`. */
export function restoreTiles(image: RawImage, permutation: readonly number[]): RawImage {
  gridOf(permutation);
  const inverse: number[] = [];
  permutation.forEach((from, to) => inverse[from] = to);
  return shuffleTiles(image, inverse);
}

/** Cells a side. */
function gridOf(permutation: readonly number[]): number {
  const grid = Math.sqrt(permutation.length);
  const isOrder = permutation.toSorted((a, b) => a - b).every((value, i) => value === i);
  if (grid < 1 || !Number.isInteger(grid) || !isOrder) {
    throw new InvalidError(`Cannot shuffle tiles: [${permutation}] is no order of a square grid`);
  }
  return grid;
}
