/** Images without their noise. @module */
import { z } from "zod";
import { ImageInput } from "../image_input.ts";
import { HIGHEST_NOISE, LOWEST_NOISE, Noise } from "../objective.ts";
import { OptionalModelReference } from "../reference.ts";
import { booleanText, integerText, numberText } from "../text_value.ts";
import { decibels, imageSize, pngUri } from "./picture.ts";

const NOISE =
  "Add noise first, drawn from this seed, or true for one drawn by the service; false: the image " +
  "is noisy already";
const KIND = "Kind of the noise that is added; default: what the model was trained with";
const LEVEL = "Its standard deviation, of values in 0..1, or the share of pixels; default: the " +
  "model's, if it is of the model's kind";
const MAX_SEED = 2 ** 32 - 1;

const kind = Noise.shape.kind.unwrap();

/** Everything but the image. */
export const DenoiseOptions = z.strictObject({
  model: OptionalModelReference,
  addNoise: z.union([z.boolean(), z.int().min(0).max(MAX_SEED)]).default(false).describe(NOISE),
  noiseKind: kind.optional().describe(KIND),
  noiseLevel: Noise.shape.level.unwrap().optional().describe(LEVEL),
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
  noiseKind: kind.optional().describe(KIND),
  noiseLevel: numberText(LOWEST_NOISE, HIGHEST_NOISE).optional().describe(LEVEL),
});

/** The answer of `POST /v1/predict/denoise`. */
export const DenoiseResponse = z.object({
  image: pngUri.describe("The image without its noise, a data URI (PNG)"),
  size: imageSize,
  added: z.object({
    seed: z.int().describe("Of the noise"),
    kind,
    level: z.number().describe("As of `noiseLevel`"),
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
