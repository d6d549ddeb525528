/**
 * Finds out whether an image is whole: every pixel is decoded, so that a file that was cut off is
 * found when it is uploaded and not in the middle of a training run.
 *
 * @module
 */
import { CorruptError, TooLargeError, UnsupportedError } from "../errors.ts";
import { type ImageMediaType, imageMediaType } from "./media_type.ts";
import type { PixelBudget } from "./pixel_budget.ts";
import { loadSharp } from "./load_sharp.ts";

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

/** Up to this many pixels an image is decoded at once, without asking its size first. */
const SMALL = 256 * 256;

/** As strict as `decode_image.ts`: what passes here can be decoded there. */
const READ = { failOn: "error" } as const;

/** How sharp says that an image has more pixels than its limit. */
const OVER_LIMIT = /exceeds pixel limit/;

/**
 * Decodes an image to its end (of an animation the first picture, the only one that is used).
 *
 * @throws {UnsupportedError} If it is no JPEG, PNG, WebP or GIF. @throws {TooLargeError} If it has
 * too many pixels. @throws {CorruptError} If it cannot be decoded, or not to the end.
 */
export async function probeImage(bytes: Uint8Array, options: ProbeOptions): Promise<ImageFacts> {
  const mediaType = imageMediaType(bytes);
  if (mediaType === undefined) {
    throw new UnsupportedError("Cannot read the image: it is no JPEG, PNG, WebP or GIF");
  }
  const sharp = await loadSharp();
  try {
    const size = await decodeSmall(sharp, bytes, options) ??
      await decodeLarge(sharp, bytes, options);
    return { mediaType, ...size };
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    throw new CorruptError(`Cannot read the image: ${firstLine(cause)}`, { cause });
  }
}

type Sharp = Awaited<ReturnType<typeof loadSharp>>;
type Size = Pick<ImageFacts, "width" | "height">;

/** The size, or undefined if the image is not small. */
async function decodeSmall(
  sharp: Sharp,
  bytes: Uint8Array,
  options: ProbeOptions,
): Promise<Size | undefined> {
  const limit = Math.min(SMALL, options.maxPixels);
  try {
    return await options.budget.use(limit, async () => {
      const image = sharp(bytes, { ...READ, limitInputPixels: limit }).autoOrient().raw();
      const { info: { width, height } } = await image.toBuffer({ resolveWithObject: true });
      return { width, height };
    });
  } catch (error) {
    if (OVER_LIMIT.test(firstLine(error))) return undefined;
    throw error;
  }
}

async function decodeLarge(sharp: Sharp, bytes: Uint8Array, options: ProbeOptions): Promise<Size> {
  const { maxPixels, budget } = options;
  // The limit is checked by us, with the size for the message; sharp's own guards the decoding.
  const header = await sharp(bytes, { ...READ, limitInputPixels: false }).metadata();
  const pixels = header.width * header.height;
  if (pixels > maxPixels) {
    throw new TooLargeError(
      `Cannot read the image: ${header.width} by ${header.height} pixels, ` +
        `at most ${maxPixels} pixels are allowed`,
    );
  }
  return await budget.use(pixels, async () => {
    // A scaled-down copy needs every pixel too, but never all of them at the same time.
    const image = sharp(bytes, { ...READ, limitInputPixels: maxPixels });
    await image.resize(8, 8, { fit: "fill" }).raw().toBuffer();
    return header.autoOrient;
  });
}

/** libvips repeats its message once for each attempt, line by line. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!;
}
