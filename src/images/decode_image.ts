/**
 * Decoding: the bytes of an untrusted image as square pixels of the size that a network wants.
 *
 * @module
 */
import type { Sharp } from "sharp";
import { CorruptError, TooLargeError, UnsupportedError } from "../errors.ts";
import { decodeNetpbm, isNetpbm } from "./netpbm.ts";
import { decodePlainJpeg } from "./plain_jpeg.ts";
import { decodePlainPng } from "./plain_png.ts";
import { loadSharp } from "./load_sharp.ts";
import { FRAMES_MEDIA_TYPE, unpackFrames } from "./unpack_frames.ts";

/** What is wanted, and what is allowed. */
export interface DecodeOptions {
  /** Height and width of the result, pixels. */
  size: number;
  /** 1 for grey, 3 for RGB. */
  channels: 1 | 3;
  /** Most pixels (width times height) the original may have. */
  maxPixels: number;
}

/**
 * Decodes a JPEG, PNG, WebP, GIF (the first frame of what moves, also of a tar of frames) or binary
 * netpbm.
 *
 * The image is turned as its EXIF orientation says, laid on white where it is transparent, brought
 * to sRGB, and, unless it has the size already, scaled (antialiased) to cover the square, of which
 * its centre is kept. Grey is the luma of ITU-R BT.601.
 *
 * @param mediaType Only tells netpbm and tars of frames from the others; undefined: by the first bytes.
 * @returns `size * size * channels` values 0..255, row by row, channels last; it may be a view of
 * `bytes`.
 * @throws {UnsupportedError} If it is no image, or one of another format.
 * @throws {CorruptError} If it is damaged or cut short.
 * @throws {TooLargeError} If it has more than `maxPixels` pixels.
 */
export async function decodeImage(
  bytes: Uint8Array,
  mediaType: string | undefined,
  options: DecodeOptions,
): Promise<Uint8Array> {
  const { size, channels, maxPixels } = options;
  if (mediaType === FRAMES_MEDIA_TYPE) {
    const [first = new Uint8Array()] = unpackFrames(bytes);
    return await decodeImage(first, undefined, options);
  }
  if (bytes.length === 0) throw new CorruptError("Cannot decode image: it has no bytes");
  let image: Sharp;
  if (mediaType === undefined ? looksLikeNetpbm(bytes) : isNetpbm(mediaType)) {
    const { pixels, width, height, channels: from } = decodeNetpbm(bytes);
    if (width * height === 0) {
      throw new CorruptError(`Cannot decode image: it has no pixels, ${width}×${height}`);
    }
    if (width * height > maxPixels) throw tooManyPixels(maxPixels);
    if (width === size && height === size) return toChannels(pixels, from, channels);
    const sharp = await loadSharp();
    image = sharp(pixels, { raw: { width, height, channels: from }, limitInputPixels: maxPixels });
  } else {
    const plain = size * size > maxPixels
      ? undefined
      : decodePlainPng(bytes, { width: size, height: size }) ??
        await decodePlainJpeg(bytes, { width: size, height: size });
    if (plain !== undefined) return toChannels(plain.pixels, plain.channels, channels);
    const sharp = await loadSharp();
    image = sharp(bytes, { failOn: "error", limitInputPixels: maxPixels, autoOrient: true });
  }
  try {
    return toChannels(await render(image, size), 3, channels);
  } catch (error) {
    throw toDecodeError(error, maxPixels);
  }
}

/** `P5` or `P6` and white space: no other format we accept begins so. */
function looksLikeNetpbm(bytes: Uint8Array): boolean {
  const [p, kind, space] = bytes;
  return p === 0x50 && (kind === 0x35 || kind === 0x36) && /\s/.test(String.fromCharCode(space!));
}

/** RGB, `size` by `size`. */
async function render(image: Sharp, size: number): Promise<Uint8Array> {
  const buffer = await image
    .flatten({ background: "white" })
    .toColourspace("srgb")
    // sharp leaves an image alone that has the size already.
    .resize(size, size, { fit: "cover", position: "centre" })
    .raw()
    .toBuffer();
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** The same pixels with one or three channels. */
export function toChannels(pixels: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return pixels;
  const count = pixels.length / from;
  const result = new Uint8Array(count * to);
  for (let i = 0; i < count; i++) {
    if (to === 3) {
      result.fill(pixels[i]!, i * 3, i * 3 + 3);
    } else {
      const weighted = 299 * pixels[i * 3]! + 587 * pixels[i * 3 + 1]! + 114 * pixels[i * 3 + 2]!;
      result[i] = Math.round(weighted / 1000);
    }
  }
  return result;
}

function tooManyPixels(maxPixels: number): TooLargeError {
  return new TooLargeError(`Cannot decode image: it has more than ${maxPixels} pixels`);
}

/** sharp's errors have no codes; its messages are all there is to tell them apart. */
export function toDecodeError(error: unknown, maxPixels: number): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes("exceeds pixel limit")) return tooManyPixels(maxPixels);
  if (message.includes("unsupported image format")) {
    return new UnsupportedError(
      "Cannot decode image: it is no JPEG, PNG, WebP, GIF or binary netpbm, or cut short",
      { cause: error },
    );
  }
  const reason = message.split("\n")[0];
  return new CorruptError(
    `Cannot decode image: it is damaged, cut short or too odd to scale (${reason})`,
    {
      cause: error,
    },
  );
}
