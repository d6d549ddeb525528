/** Some images at once: one that cannot be decoded does not fail the others. @module */
import { type ErrorRecord, toErrorRecord } from "../errors.ts";
import { decodeImage, type DecodeOptions } from "./decode_image.ts";

/** The pixels of an image, or what is wrong with it. */
export type Decoded = { ok: true; value: Uint8Array } | { ok: false; error: ErrorRecord };

/** As {@linkcode decodeImage} for each, by its first bytes. */
export async function decodeImages(
  images: Uint8Array[],
  options: DecodeOptions,
): Promise<Decoded[]> {
  return await Promise.all(images.map((image) =>
    decodeImage(image, undefined, options).then(
      (value): Decoded => ({ ok: true, value }),
      (error: unknown): Decoded => ({ ok: false, error: toErrorRecord(error) }),
    )
  ));
}
