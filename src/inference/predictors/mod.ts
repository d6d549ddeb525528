/**
 * The only list of predictors.
 *
 * @module
 */
import type { Pretext } from "../../schemas/pretext.ts";
import { predictFrameOrder } from "./frame_order.ts";
import { predictJigsaw } from "./jigsaw.ts";
import type { Predictor } from "./predictor.ts";
import { predictRelativePosition } from "./relative_position.ts";
import { predictRotation } from "./rotation.ts";

/** By pretext. */
export const PREDICTORS: { [Name in Pretext]: Predictor<Name> } = {
  "rotation": predictRotation,
  "jigsaw": predictJigsaw,
  "relative-position": predictRelativePosition,
  "frame-order": predictFrameOrder,
};
