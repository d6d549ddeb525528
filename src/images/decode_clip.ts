/**
 * Decoding of clips: the frames of an untrusted animation, or of a tar of frames, as square pixels
 * of the size that a network wants.
 *
 * @module
 */
import { TooLargeError } from "../errors.ts";
import { decodeImage, type DecodeOptions, toChannels, toDecodeError } from "./decode_image.ts";
import { imageMediaType } from "./media_type.ts";
import { loadSharp } from "./load_sharp.ts";
import { FRAMES_MEDIA_TYPE, unpackFrames } from "./unpack_frames.ts";

/** Fewest frames that have an order: of two, either may come first. */
export const FEWEST_FRAMES = 3;

/** Most frames a clip may have. */
export const MOST_FRAMES = 2000;

/** What is wanted, and what is allowed. */
export interface DecodeClipOptions extends DecodeOptions {
  /** Most frames; those of a longer clip are thinned evenly, its ends stay. */
  frames: number;
}

/**
 * Decodes an animated GIF or WebP, each frame as {@linkcode decodeImage} does; `maxPixels` is for all
 * frames together. Or a tar of frames, where it is for each.
 *
 * @param mediaType Tells a tar of frames from images; undefined: it is none.
 * @returns Frames of `size * size * channels` values 0..255; one for an image that does not move.
 * @throws {UnsupportedError} If it is no image. @throws {CorruptError} If it is damaged.
 * @throws {TooLargeError} If it has too many pixels or frames.
 */
export async function decodeClip(
  bytes: Uint8Array,
  mediaType: string | undefined,
  options: DecodeClipOptions,
): Promise<Uint8Array[]> {
  if (mediaType === FRAMES_MEDIA_TYPE) {
    const files = unpackFrames(bytes);
    const frames: Uint8Array[] = [];
    for (const i of thinned(files.length, options.frames)) {
      frames.push(await decodeImage(files[i]!, undefined, options));
    }
    return frames;
  }
  const kind = imageMediaType(bytes);
  const animates = kind === "image/gif" || kind === "image/webp";
  if (!animates) return [await decodeImage(bytes, mediaType, options)];
  return await decodeAnimation(bytes, options);
}

async function decodeAnimation(
  bytes: Uint8Array,
  { size, channels, maxPixels, frames }: DecodeClipOptions,
): Promise<Uint8Array[]> {
  const sharp = await loadSharp();
  try {
    const { pages = 1 } = await sharp(bytes, { limitInputPixels: maxPixels }).metadata();
    if (pages > MOST_FRAMES) {
      throw new TooLargeError(`Cannot decode clip: it has ${pages} frames, at most ${MOST_FRAMES}`);
    }
    // sharp scales and cuts each frame by itself, and puts them below each other.
    const image = sharp(bytes, { animated: true, failOn: "error", limitInputPixels: maxPixels });
    const pixels = await image
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .resize(size, size, { fit: "cover", position: "centre" })
      .raw()
      .toBuffer();
    const length = size * size * 3;
    return thinned(pixels.length / length, frames).map((i) =>
      toChannels(new Uint8Array(pixels.subarray(i * length, (i + 1) * length)), 3, channels)
    );
  } catch (error) {
    if (error instanceof TooLargeError) throw error;
    throw toDecodeError(error, maxPixels);
  }
}

/** `most` of the numbers 0..count-1, evenly spread with both ends; all if there are no more. */
export function thinned(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round(i * (count - 1) / (most - 1)));
}
