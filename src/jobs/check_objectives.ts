/** Refuses objectives that the recipe or the size of the images makes impossible. @module */
import type { FieldError } from "../errors.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { tileSide } from "./step_memory.ts";

/** Smallest side of a tile that an encoder can make something of, pixels. */
const SMALLEST_TILE = 8;

/** Adds a fault for each. */
export function checkObjectives(spec: TrainSpec, faults: FieldError[]): void {
  const { size } = spec.preprocessing;
  for (const { spec: objective } of spec.objectives) {
    if (objective.name === "rotation" && spec.recipe.augment.rotate90 > 0) {
      faults.push({
        path: "recipe.augment.rotate90",
        rule: "must be 0 with the rotation objective: it would turn away the answer",
        value: spec.recipe.augment.rotate90,
      });
    }
    if (objective.name === "jigsaw" || objective.name === "relative-position") {
      const { gap } = objective;
      const grid = objective.name === "jigsaw" ? objective.grid : 3;
      const tile = tileSide(size, grid, gap);
      if (tile >= SMALLEST_TILE) continue;
      const rule = `must give tiles of at least ${SMALLEST_TILE} pixels: ${grid}×${grid} tiles ` +
        `with a gap of ${gap} have ${tile}`;
      faults.push({ path: "imageSize", rule, value: size });
    }
  }
}
