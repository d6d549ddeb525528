/** Which recipes suit which objective. @module */
import { presetFor } from "../../src/jobs/resolve_train.ts";
import type { ObjectiveName } from "../../src/schemas/objective.ts";
import { RecipePreset } from "../../src/schemas/recipe.ts";

/** The recipes of an objective. */
export interface SuitingRecipes {
  /** Which one a job has that names none, of images in colour and of grey ones. */
  colour: RecipePreset;
  grey: RecipePreset;
  /** These, and the others that were made for it. */
  all: RecipePreset[];
}

/** By objective. */
export function recipesFor(objectives: readonly string[]): Record<string, SuitingRecipes> {
  return Object.fromEntries((objectives as ObjectiveName[]).map((objective) => {
    const [colour, grey] = [presetFor(objective, 3), presetFor(objective, 1)];
    const named = RecipePreset.options.filter((name) => name.startsWith(`${objective}-`));
    return [objective, { colour, grey, all: [...new Set([colour, grey, ...named])] }];
  }));
}
