/** Predictions of the pretext heads: rotation and jigsaw. @module */
import { z } from "zod";
import { ImageInput, OneOrMoreImages } from "./image_input.ts";
import { OptionalModelReference } from "./reference.ts";
import { booleanText, integerText } from "./text_value.ts";

const probability = z.number().min(0).max(1);

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

const SHUFFLE =
  "Shuffle an intact image first: by the permutation of this index, or true for one " +
  "drawn by the service; false: the image is shuffled already";
const MAX_PERMUTATIONS = 1000;

/** Everything but the image. */
export const JigsawOptions = z.strictObject({
  model: OptionalModelReference,
  shuffle: z.union([z.boolean(), z.int().min(0).max(MAX_PERMUTATIONS - 1)]).default(false)
    .describe(SHUFFLE),
});
export type JigsawOptions = z.infer<typeof JigsawOptions>;

/** The body of `POST /v1/predict/jigsaw`. */
export const JigsawRequest = JigsawOptions.extend({ input: ImageInput })
  .meta({ id: "JigsawRequest" });

/** The same options as query parameters or form fields. */
export const JigsawQuery = z.strictObject({
  model: OptionalModelReference,
  shuffle: z.union([booleanText, integerText(0, MAX_PERMUTATIONS - 1)]).default(false)
    .meta({ description: SHUFFLE, default: false }),
});

/** The answer of `POST /v1/predict/jigsaw`. */
export const JigsawResponse = z.object({
  permutation: z.array(z.int())
    .describe("permutation[i] is the cell, row by row, that the tile now in cell i came from"),
  probability,
  candidates: z.array(z.object({ permutation: z.array(z.int()), probability }))
    .describe("The most probable permutations, best first, at most five"),
  shuffled: z.int().nullable()
    .describe("Index of the permutation the image was shuffled by; null: it came shuffled"),
  restored: z.string().describe("The image with its tiles put back, a data URI (PNG)"),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({ id: "JigsawResponse" });
export type JigsawResponse = z.infer<typeof JigsawResponse>;
