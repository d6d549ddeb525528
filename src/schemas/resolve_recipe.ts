/**
 * Resolves a recipe: what a request means, with nothing left out.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";
import {
  AugmentOptions,
  type AugmentPatch,
  OptimizerOptions,
  Recipe,
  type RecipePreset,
  type RecipeRequest,
} from "./recipe.ts";
import { recipePreset } from "./recipe_presets.ts";

/**
 * The request's preset (or `fallback`) with the given parts replaced, at every depth.
 *
 * @throws {InvalidError} If the preset's optimiser has no such field.
 */
export function resolveRecipe(request: RecipeRequest | undefined, fallback: RecipePreset): Recipe {
  if (request === undefined) return recipePreset(fallback);
  if (typeof request === "string") return recipePreset(request);
  const base = recipePreset(request.preset ?? fallback);
  // A warm-up in epochs goes before one as a share: whoever gives a share wants the preset's gone.
  const warmup = request.schedule?.warmup === undefined ? {} : { warmupEpochs: null };
  return Recipe.parse({
    augment: resolveAugment(base.augment, request.augment ?? {}),
    optimizer: resolveOptimizer(base.optimizer, request.optimizer ?? {}),
    schedule: { ...base.schedule, ...warmup, ...request.schedule },
  });
}

/** A step that the preset leaves out has its defaults where the request says nothing else. */
function resolveAugment(base: AugmentOptions, patch: AugmentPatch): AugmentOptions {
  const replaced = Object.entries(patch).map(([name, value]) => {
    const preset = base[name as keyof AugmentOptions];
    const merges = typeof value === "object" && value !== null && typeof preset === "object";
    return [name, merges ? { ...preset, ...value } : value];
  });
  return AugmentOptions.parse({ ...base, ...Object.fromEntries(replaced) });
}

function resolveOptimizer(
  base: OptimizerOptions,
  patch: NonNullable<Exclude<RecipeRequest, string>["optimizer"]>,
): OptimizerOptions {
  if ("name" in patch) return OptimizerOptions.parse(patch);
  const alien = Object.entries(patch).filter(([name]) => !Object.hasOwn(base, name));
  if (alien.length === 0) return OptimizerOptions.parse({ ...base, ...patch });
  const errors = alien.map(([name, value]) => ({
    path: `recipe.optimizer.${name}`,
    rule: `is not a field of ${base.name}, the preset's optimiser: name the one that is meant`,
    value,
  }));
  throw new InvalidError(`Cannot use the recipe: ${errors[0]!.path} ${errors[0]!.rule}`, {
    errors,
  });
}
