/** Augmentations of a classifier's training. @module */
import { colourJitter } from "../schemas/colour_jitter.ts";
import type { ClassifierBudget } from "../schemas/evaluation.ts";
import { AugmentOptions } from "../schemas/recipe.ts";

/** Crop and mirror image, the augmentations of supervised training, and colour if that is asked. */
export function classifierAugmentation(
  { crop, flip, jitter }: Pick<ClassifierBudget, "crop" | "flip" | "jitter">,
): AugmentOptions {
  return AugmentOptions.parse({
    crop: crop < 1 ? { area: [crop, 1], aspect: [3 / 4, 4 / 3] } : null,
    flip,
    jitter: jitter === 0 ? null : colourJitter(jitter),
    grey: 0.4 * jitter,
  });
}
