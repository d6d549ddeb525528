/**
 * The only list of predictors. Each is loaded when it is first asked: some bring sharp along, which
 * an embedder that only embeds has no use for.
 *
 * @module
 */
import type { Pretext } from "../../schemas/pretext.ts";
import type { Predictor } from "./predictor.ts";

/** By pretext. */
const PREDICTORS: { [Name in Pretext]: () => Promise<Predictor<Name>> } = {
  "rotation": async () => (await import("./rotation.ts")).predictRotation,
  "jigsaw": async () => (await import("./jigsaw.ts")).predictJigsaw,
  "relative-position": async () => (await import("./relative_position.ts")).predictRelativePosition,
  "frame-order": async () => (await import("./frame_order.ts")).predictFrameOrder,
  "reconstruct": async () => (await import("./reconstruct.ts")).predictReconstruct,
  "denoise": async () => (await import("./denoise.ts")).predictDenoise,
  "inpaint": async () => (await import("./inpaint.ts")).predictInpaint,
};

/** The predictor of a pretext. */
export function loadPredictor<Name extends Pretext>(name: Name): Promise<Predictor<Name>> {
  return PREDICTORS[name]();
}
