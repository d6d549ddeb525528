/**
 * The only list of predictors.
 *
 * @module
 */
import type { Pretext } from "../../schemas/pretext.ts";
import { predictDenoise } from "./denoise.ts";
import { predictInpaint } from "./inpaint.ts";
import { predictJigsaw } from "./jigsaw.ts";
import type { Predictor } from "./predictor.ts";
import { predictReconstruct } from "./reconstruct.ts";
import { predictRelativePosition } from "./relative_position.ts";
import { predictRotation } from "./rotation.ts";

/** By pretext. */
export const PREDICTORS: { [Name in Pretext]: Predictor<Name> } = {
  "rotation": predictRotation,
  "jigsaw": predictJigsaw,
  "relative-position": predictRelativePosition,
  "reconstruct": predictReconstruct,
  "denoise": predictDenoise,
  "inpaint": predictInpaint,
};
