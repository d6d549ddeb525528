/** Some images at once: one that cannot be decoded does not fail the others. @module */
import { type Outcome, outcomeOf } from "../errors.ts";
import { decodeImage, type DecodeOptions } from "./decode_image.ts";

/** As {@linkcode decodeImage} for each, by its first bytes. */
export async function decodeImages(
  images: Uint8Array[],
  options: DecodeOptions,
): Promise<Outcome<Uint8Array>[]> {
  return await Promise.all(
    images.map((image) => outcomeOf(decodeImage(image, undefined, options))),
  );
}
