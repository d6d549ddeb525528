/** What every objective on images is told beside its own options. @module */
import type { AugmentOptions } from "../schemas/recipe.ts";
import type { Preprocessing } from "../schemas/encoder.ts";

/** How images are augmented and turned into inputs. */
export interface ImageObjectiveContext {
  augment: AugmentOptions;
  preprocessing: Preprocessing;
}
