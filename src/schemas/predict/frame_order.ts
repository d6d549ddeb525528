/** In which order frames were taken. @module */
import { z } from "zod";
import { ImageInput } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { probability } from "./probability.ts";

/** Most frames that a question may be about; those of a longer animation are thinned evenly. */
export const MOST_ORDERED = 32;

/** Most frames whose orders are all tried: 5 have 60, not counting backwards. */
export const MOST_PERMUTED = 5;

/** Everything but the images. */
export const FrameOrderOptions = z.strictObject({ model: OptionalModelReference });

/** The body of `POST /v1/predict/frame-order`. */
export const FrameOrderRequest = FrameOrderOptions.extend({
  input: z.union([ImageInput, z.array(ImageInput).min(1).max(MOST_ORDERED)]).describe(
    `Three to ${MOST_ORDERED} frames in the order in question, or one animated GIF or WebP`,
  ),
}).meta({ id: "FrameOrderRequest" });

/** The answer of `POST /v1/predict/frame-order`. */
export const FrameOrderResponse = z.object({
  object: z.literal("frame-order"),
  frames: z.int().min(3).max(MOST_ORDERED).describe("Frames that were looked at"),
  probability: probability.describe(
    "How probably the frames are in order, forwards or backwards: over all triplets of them, the " +
      "mean probability that the middle frame lies between the others",
  ),
  orders: z.array(z.object({
    order: z.array(z.int().min(0)).describe("Numbers of the frames as they came, from 0"),
    probability,
  })).nullable().describe(
    `The most probable orders, best first, at most 5, each for itself and its reverse; null for ` +
      `more than ${MOST_PERMUTED} frames`,
  ),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({ id: "FrameOrderResponse" });
export type FrameOrderResponse = z.infer<typeof FrameOrderResponse>;
