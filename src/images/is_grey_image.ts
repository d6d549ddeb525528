/** Whether an image has any colour in it, however it is stored. @module */
import { decodeImage } from "./decode_image.ts";

/** Side of the copy that is looked at, pixels. */
const SIDE = 32;
/** JPEG leaves a little colour in grey pictures. */
const TOLERANCE = 8;

/**
 * @param maxPixels Most pixels the original may have.
 * @throws As {@linkcode decodeImage} does.
 */
export async function isGreyImage(
  bytes: Uint8Array,
  mediaType: string,
  maxPixels: number,
): Promise<boolean> {
  const pixels = await decodeImage(bytes, mediaType, { size: SIDE, channels: 3, maxPixels });
  for (let i = 0; i < pixels.length; i += 3) {
    const [red, green, blue] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > TOLERANCE) return false;
  }
  return true;
}
