/**
 * Finds out whether an image is whole: every pixel is decoded, so that a file that was cut off is
 * found when it is uploaded and not in the middle of a training run.
 *
 * @module
 */
import sharp from "sharp";
import { CorruptError, TooLargeError, UnsupportedError } from "../errors.ts";
import { type ImageMediaType, imageMediaType } from "./media_type.ts";
import type { PixelBudget } from "./pixel_budget.ts";

/** What is known of an image after looking at all of it. */
export interface ImageFacts {
  mediaType: ImageMediaType;
  /** Pixels, upright: an EXIF orientation has been applied. */
  width: number;
  /** Pixels, upright. */
  height: number;
}

/** What {@linkcode probeImage} takes. */
export interface ProbeOptions {
  /** Most pixels (width times height) an image may have. */
  maxPixels: number;
  /** Shared by all who probe at the same time. */
  budget: PixelBudget;
}

/** Up to this many pixels it is quicker to keep them all than to scale them down. */
const SMALL = 256 * 256;

/**
 * Decodes an image to its end (of an animation the first picture, the only one that is used).
 *
 * @throws {UnsupportedError} If it is no JPEG, PNG, WebP or GIF. @throws {TooLargeError} If it has
 * too many pixels. @throws {CorruptError} If it cannot be decoded, or not to the end.
 */
export async function probeImage(bytes: Uint8Array, options: ProbeOptions): Promise<ImageFacts> {
  const { maxPixels, budget } = options;
  const mediaType = imageMediaType(bytes);
  if (mediaType === undefined) {
    throw new UnsupportedError("Cannot read the image: it is no JPEG, PNG, WebP or GIF");
  }
  try {
    // The limit is checked by us, with the size for the message; sharp's own guards the decoding.
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const pixels = header.width * header.height;
    if (pixels > maxPixels) {
      throw new TooLargeError(
        `Cannot read the image: ${header.width} by ${header.height} pixels, at most ${maxPixels} are allowed`,
      );
    }
    await budget.use(pixels, async () => {
      const image = sharp(bytes, { limitInputPixels: maxPixels });
      // A scaled-down copy needs every pixel too, but never all of them at the same time.
      if (pixels > SMALL) image.resize(8, 8, { fit: "fill" });
      await image.raw().toBuffer();
    });
    return { mediaType, width: header.autoOrient.width, height: header.autoOrient.height };
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    throw new CorruptError(`Cannot read the image: ${firstLine(cause)}`, { cause });
  }
}

/** libvips repeats its message once for each attempt, line by line. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!;
}
