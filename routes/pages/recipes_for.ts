/** Which recipes suit which objective. @module */
import { presetFor } from "../../src/jobs/resolve_train.ts";
import type { ObjectiveName } from "../../src/schemas/objective.ts";
import { RecipePreset } from "../../src/schemas/recipe.ts";

/** By objective: the recipes that were made for it, its default (of images in colour) first. */
export function recipesFor(objectives: readonly string[]): Record<string, RecipePreset[]> {
  return Object.fromEntries((objectives as ObjectiveName[]).map((objective) => {
    const defaults = [presetFor(objective, 3), presetFor(objective, 1)];
    const named = RecipePreset.options.filter((name) => name.startsWith(`${objective}-`));
    return [objective, [...new Set([...defaults, ...named])]];
  }));
}
