/** Images as an autoencoder gives them back. @module */
import { z } from "zod";
import { OneOrMoreImages } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { decibels, imageSize, pngUri } from "./picture.ts";

/** Everything but the image. */
export const ReconstructOptions = z.strictObject({ model: OptionalModelReference });

/** The body of `POST /v1/predict/reconstruct`. */
export const ReconstructRequest = ReconstructOptions.extend({ input: OneOrMoreImages })
  .meta({ id: "ReconstructRequest" });

/** The answer of `POST /v1/predict/reconstruct`. */
export const ReconstructResponse = z.object({
  object: z.literal("list"),
  data: z.array(z.object({
    index: z.int(),
    image: pngUri.describe("The image from its features alone, a data URI (PNG)"),
    size: imageSize,
    psnr: decibels.describe("Of that, to the image as the encoder sees it, dB"),
  })),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({ id: "ReconstructResponse" });
export type ReconstructResponse = z.infer<typeof ReconstructResponse>;
