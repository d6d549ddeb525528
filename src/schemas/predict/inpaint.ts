/** Images whose hole is filled. @module */
import { z } from "zod";
import { ImageInput } from "../image_input.ts";
import { OptionalModelReference } from "../reference.ts";
import { decibels, imageSize, pngUri } from "./picture.ts";

/** Everything but the images. */
export const InpaintOptions = z.strictObject({ model: OptionalModelReference });

const MASK = "White where the hole is, black elsewhere; of the image's size";

/** The body of `POST /v1/predict/inpaint`. */
export const InpaintRequest = InpaintOptions.extend({
  input: ImageInput,
  mask: ImageInput.describe(MASK),
}).meta({ id: "InpaintRequest" });

const file = z.string().meta({ format: "binary" });

/** The form of `POST /v1/predict/inpaint`, as the documentation describes it. */
export const InpaintForm = InpaintOptions.extend({ input: file, mask: file.describe(MASK) });

/** The answer of `POST /v1/predict/inpaint`. */
export const InpaintResponse = z.object({
  image: pngUri.describe("The image with its hole filled, a data URI (PNG)"),
  size: imageSize,
  hole: z.number().gt(0).lt(1).describe("Share of the image that the hole takes"),
  psnr: z.object({
    filled: decibels.describe("Of the filling, dB"),
    mean: decibels.describe("Of the mean colour around the hole instead, dB"),
  }).describe("To what the image has under the mask; of use only where that is intact"),
  model: z.string().describe("Name of the model"),
  digest: z.string().describe("Digest of the model"),
}).meta({ id: "InpaintResponse" });
export type InpaintResponse = z.infer<typeof InpaintResponse>;
