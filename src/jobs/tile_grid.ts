/** Into how many tiles an objective cuts an image, and how large they are. @module */
import { type ObjectiveSpec, RELATIVE_GRID } from "../schemas/objective.ts";

/** Tiles a side, of an objective that cuts images into tiles. */
export function tileGrid(objective: ObjectiveSpec): number | undefined {
  if (objective.name === "jigsaw") return objective.grid;
  return objective.name === "relative-position" ? RELATIVE_GRID : undefined;
}

/** Side of a tile, pixels. */
export function tileSide(size: number, grid: number, gap: number): number {
  return Math.floor(Math.floor(size / grid) * (1 - gap));
}
