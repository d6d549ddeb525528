/** Refuses an image that has not a pixel for each of its tiles. @module */
import { InvalidError } from "../errors.ts";
import { imageDimensions } from "../images/image_dimensions.ts";

/**
 * Enlarged, such an image would be one colour, and every answer chance.
 *
 * @param image One that can be decoded. @param grid Tiles a side.
 * @throws {InvalidError} Whose fault is that of `input[0]`.
 */
export async function requireGrid(image: Uint8Array, grid: number): Promise<void> {
  const { width, height } = await imageDimensions(image);
  if (Math.min(width, height) >= grid) return;
  const rule = `must be at least ${grid} pixels wide and high for ${grid}×${grid} tiles`;
  const value = `${width}×${height}`;
  throw new InvalidError(`Cannot cut the image into tiles: it ${rule}, it is ${value}`, {
    errors: [{ path: "input[0]", rule: `${rule}, it is ${value}`, value }],
  });
}
