/** How many frames of a clip objectives want. @module */
import type { ObjectiveSpec } from "../schemas/objective.ts";

/** The most that one of them asks for; undefined: to all of them, items are images. */
export function framesWanted(objectives: readonly ObjectiveSpec[]): number | undefined {
  const wanted = objectives.flatMap((spec) => spec.name === "frame-order" ? [spec.frames] : []);
  return wanted.length === 0 ? undefined : Math.max(...wanted);
}
