/** Refuses data whose images have not a pixel for each tile that an objective cuts. @module */
import type { FieldError } from "../errors.ts";
import type { Dataset } from "../schemas/dataset.ts";
import type { ObjectiveSpec } from "../schemas/objective.ts";
import type { ItemReader } from "./resolve_preprocessing.ts";
import { tileGrid } from "./tile_grid.ts";

/** How many items are looked at for how large the images are. */
const SAMPLE = 16;

/** Adds a fault if there is such an objective and all of the first items are too small. */
export async function checkItemSizes(
  objectives: readonly ObjectiveSpec[],
  { id, name }: Pick<Dataset, "id" | "name">,
  datasets: ItemReader,
  faults: FieldError[],
): Promise<void> {
  const grids = objectives.flatMap((objective) => tileGrid(objective) ?? []);
  if (grids.length === 0) return;
  const { items } = await datasets.items(id, { offset: 0, limit: SAMPLE });
  const largest = Math.max(...items.map(({ width, height }) => Math.min(width, height)));
  const grid = Math.max(...grids);
  if (items.length === 0 || largest >= grid) return;
  const rule = `must have images at least ${grid} pixels wide and high for ${grid}×${grid} ` +
    `tiles: the first ones have at most ${largest}`;
  faults.push({ path: "dataset", rule, value: name });
}
