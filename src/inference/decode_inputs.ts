/** Decodes the images that one question is about. @module */
import { AlikeError, type FieldError, InvalidError } from "../errors.ts";
import { decodeImage, type DecodeOptions } from "../images/decode_image.ts";

/**
 * @returns The pixels of each, as {@linkcode decodeImage} gives them.
 * @throws {InvalidError} With `input[i]` of each image that cannot be decoded.
 */
export async function decodeInputs(
  images: Uint8Array[],
  options: DecodeOptions,
): Promise<Uint8Array[]> {
  const faults: FieldError[] = [];
  const pixels = await Promise.all(
    images.map((image, i) =>
      decodeImage(image, undefined, options).catch((error: unknown) => {
        if (!(error instanceof AlikeError)) throw error;
        const reason = error.message.replace(/^Cannot [^:]*: /, "");
        faults.push({
          path: `input[${i}]`,
          rule: `must be an image that can be decoded: ${reason}`,
          value: `${image.byteLength} bytes`,
        });
        return new Uint8Array();
      })
    ),
  );
  if (faults.length > 0) {
    throw new InvalidError(`Cannot use an image: ${faults[0]!.path} ${faults[0]!.rule}`, {
      errors: faults,
    });
  }
  return pixels;
}
