/** Decodes the images that one question is about. @module */
import type { FieldError } from "../errors.ts";
import { decodeImage, type DecodeOptions } from "../images/decode_image.ts";
import { decodingFault, undecodable } from "./decoding_fault.ts";
import type { DecodeLimits } from "./predictors/predictor.ts";

/**
 * @returns The pixels of each, as {@linkcode decodeImage} gives them.
 * @throws {InvalidError} With `input[i]` of each image that cannot be decoded.
 */
export async function decodeInputs(
  images: Uint8Array[],
  { size, channels }: Pick<DecodeOptions, "size" | "channels">,
  { maxPixels, stages }: DecodeLimits,
): Promise<Uint8Array[]> {
  return await stages.run(
    "decode",
    images.length,
    () => all(images, { size, channels, maxPixels }),
  );
}

async function all(images: Uint8Array[], options: DecodeOptions): Promise<Uint8Array[]> {
  const faults: FieldError[] = [];
  const pixels = await Promise.all(
    images.map((image, i) =>
      decodeImage(image, undefined, options).catch((error: unknown) => {
        faults.push(decodingFault(error, "image", image, i));
        return new Uint8Array();
      })
    ),
  );
  if (faults.length > 0) throw undecodable(faults);
  return pixels;
}
