/** How far images are turned. @module */
import { z } from "zod";
import { OneOrMoreImages } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { probability } from "./probability.ts";

/** Everything but the images. */
export const RotationOptions = z.strictObject({ model: OptionalModelReference });

/** The body of `POST /v1/predict/rotation`. */
export const RotationRequest = RotationOptions.extend({ input: OneOrMoreImages })
  .meta({ id: "RotationRequest" });

/** The answer of `POST /v1/predict/rotation`. */
export const RotationResponse = z.object({
  object: z.literal("list"),
  data: z.array(z.object({
    index: z.int(),
    degrees: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
      .describe("How far the image is turned, counter-clockwise"),
    probabilities: z.object({
      "0": probability,
      "90": probability,
      "180": probability,
      "270": probability,
    }),
  })),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({
  id: "RotationResponse",
  example: {
    object: "list",
    data: [{
      index: 0,
      degrees: 90,
      probabilities: { "0": 0.02, "90": 0.95, "180": 0.01, "270": 0.02 },
    }],
    model: "cats-and-dogs",
    digest: "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
  },
});
export type RotationResponse = z.infer<typeof RotationResponse>;
