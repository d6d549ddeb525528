/** How large an image is, by its header. @module */
import { CorruptError } from "../errors.ts";
import { decodeNetpbm } from "./netpbm.ts";
import { loadSharp } from "./load_sharp.ts";

/**
 * Pixels, upright: an EXIF orientation has been applied.
 *
 * @param bytes What `decodeImage` takes. @throws {CorruptError} If it has no header that can be read.
 */
export async function imageDimensions(
  bytes: Uint8Array,
): Promise<{ width: number; height: number }> {
  if (bytes[0] === 0x50 && (bytes[1] === 0x35 || bytes[1] === 0x36)) {
    const { width, height } = decodeNetpbm(bytes);
    return { width, height };
  }
  const sharp = await loadSharp();
  try {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return autoOrient;
  } catch (cause) {
    throw new CorruptError("Cannot read the size of the image: it has no readable header", {
      cause,
    });
  }
}
