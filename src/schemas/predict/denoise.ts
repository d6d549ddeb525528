/** Images without their noise. @module */
import { z } from "zod";
import { ImageInput } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { booleanText, integerText } from "../text_value.ts";
import { decibels, imageSize, pngUri } from "./picture.ts";

const NOISE =
  "Add noise first, of the kind and level the model was trained with: drawn from this " +
  "seed, or true for one drawn by the service; false: the image is noisy already";
const MAX_SEED = 2 ** 32 - 1;

/** Everything but the image. */
export const DenoiseOptions = z.strictObject({
  model: OptionalModelReference,
  addNoise: z.union([z.boolean(), z.int().min(0).max(MAX_SEED)]).default(false).describe(NOISE),
});
export type DenoiseOptions = z.infer<typeof DenoiseOptions>;

/** The body of `POST /v1/predict/denoise`. */
export const DenoiseRequest = DenoiseOptions.extend({ input: ImageInput })
  .meta({ id: "DenoiseRequest" });

/** The same options as query parameters or form fields. */
export const DenoiseQuery = z.strictObject({
  model: OptionalModelReference,
  addNoise: z.union([booleanText, integerText(0, MAX_SEED)]).default(false)
    .meta({ description: NOISE, default: false }),
});

/** The answer of `POST /v1/predict/denoise`. */
export const DenoiseResponse = z.object({
  image: pngUri.describe("The image without its noise, a data URI (PNG)"),
  size: imageSize,
  added: z.object({
    seed: z.int().describe("Of the noise"),
    noisy: pngUri.describe("The image with the noise"),
    psnr: z.object({
      noisy: decibels.describe("Of the noisy image, to the one that came, dB"),
      denoised: decibels.describe("Of the answer, to the one that came, dB"),
    }),
  }).nullable().describe("Null where no noise was added: there is nothing to compare with"),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({ id: "DenoiseResponse" });
export type DenoiseResponse = z.infer<typeof DenoiseResponse>;
