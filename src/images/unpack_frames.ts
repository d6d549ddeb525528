/**
 * Frames that came one file each are kept as one item: a tar of the files as they were, in order.
 * Written by `src/datasets/pack_frames.ts`.
 *
 * @module
 */
import { CorruptError } from "../errors.ts";

/** The media type of such an item. */
export const FRAMES_MEDIA_TYPE = "application/x-tar";

/** Bytes of a block, and where in a header the size is, as octal digits. */
const BLOCK = 512;
const SIZE_AT = 124;
const SIZE_DIGITS = 11;

/**
 * The files, as views of the bytes.
 *
 * @throws {CorruptError} If it is no such tar.
 */
export function unpackFrames<Memory extends ArrayBufferLike>(
  bytes: Uint8Array<Memory>,
): Uint8Array<Memory>[] {
  const frames: Uint8Array<Memory>[] = [];
  for (let at = 0; at + BLOCK <= bytes.length;) {
    // Two blocks of zeros end it.
    if (bytes[at] === 0) return frames;
    const digits = new TextDecoder().decode(
      bytes.subarray(at + SIZE_AT, at + SIZE_AT + SIZE_DIGITS),
    );
    const size = /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
    const from = at + BLOCK;
    if (!(from + size <= bytes.length)) {
      throw new CorruptError(`Cannot read the frames: their tar is damaged at byte ${at}`);
    }
    frames.push(bytes.subarray(from, from + size));
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new CorruptError("Cannot read the frames: their tar has no end");
}
