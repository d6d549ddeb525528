/** Checks an objective against the images and augmentations it is to have. @module */
import type { FieldError } from "../errors.ts";
import type { ObjectiveSpec } from "../schemas/objective.ts";
import type { AugmentOptions } from "../schemas/recipe.ts";
import { tileGrid, tileSide } from "./tile_grid.ts";

/** Smallest side of a tile that an encoder can make something of, pixels. */
const SMALLEST_TILE = 8;

/**
 * Notes what would leave nothing to learn.
 *
 * @param size Side of the images, pixels.
 */
export function checkObjective(
  objective: ObjectiveSpec,
  { size, augment }: { size: number; augment: AugmentOptions },
  faults: FieldError[],
): void {
  if (objective.name === "rotation" && augment.rotate90 > 0) {
    faults.push({
      path: "recipe.augment.rotate90",
      rule: "must be 0 with the rotation objective: it would turn away the answer",
      value: augment.rotate90,
    });
  }
  if (objective.name === "jigsaw" || objective.name === "relative-position") {
    const { gap } = objective;
    const grid = tileGrid(objective)!;
    const tile = tileSide(size, grid, gap);
    if (tile >= SMALLEST_TILE) return;
    const rule = `must give tiles of at least ${SMALLEST_TILE} pixels: ${grid}×${grid} tiles ` +
      `with a gap of ${gap} have ${tile}`;
    faults.push({ path: "imageSize", rule, value: size });
  }
}
