/** In which order the tiles of an image are. @module */
import { z } from "zod";
import { ImageInput } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { booleanText, integerText } from "../text_value.ts";
import { probability } from "./probability.ts";

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
