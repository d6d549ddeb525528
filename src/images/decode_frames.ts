/** The frames of a clip that has enough of them to have an order. @module */
import { UnsupportedError } from "../errors.ts";
import { decodeClip, type DecodeClipOptions, FEWEST_FRAMES } from "./decode_clip.ts";

/** As {@linkcode decodeClip}. @throws {UnsupportedError} Also if there are too few. */
export async function decodeFrames(
  bytes: Uint8Array,
  mediaType: string,
  options: DecodeClipOptions,
): Promise<Uint8Array[]> {
  const frames = await decodeClip(bytes, mediaType, options);
  if (frames.length >= FEWEST_FRAMES) return frames;
  throw new UnsupportedError(
    `Cannot decode clip: it has fewer than ${FEWEST_FRAMES} frames, ${frames.length}`,
  );
}
