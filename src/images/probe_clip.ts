/**
 * Finds out whether a clip is whole: every frame is decoded when it is uploaded.
 *
 * @module
 */
import { CorruptError, TooLargeError, UnsupportedError } from "../errors.ts";
import { FEWEST_FRAMES, MOST_FRAMES } from "./decode_clip.ts";
import { imageMediaType } from "./media_type.ts";
import { type ImageFacts, probeImage, type ProbeOptions } from "./probe_image.ts";
import { loadSharp } from "./load_sharp.ts";

/** What is known of a clip after looking at all of it. */
export interface ClipFacts extends Omit<ImageFacts, "mediaType"> {
  frames: number;
}

/** How many frames an image has, by its header: 1 unless it is animated; 0 if it cannot be read. */
export async function countFrames(bytes: Uint8Array): Promise<number> {
  const kind = imageMediaType(bytes);
  if (kind !== "image/gif" && kind !== "image/webp") return 1;
  const sharp = await loadSharp();
  // Nothing is decoded yet, so a size over the limit does no harm.
  const header = await sharp(bytes, { limitInputPixels: false }).metadata().catch(() => null);
  return header === null ? 0 : header.pages ?? 1;
}

/**
 * Decodes an animated GIF or WebP to its end. `maxPixels` is for all frames together: they are
 * decoded together.
 *
 * @throws {UnsupportedError} If it has too few frames. @throws {TooLargeError} If it has too many
 * frames or pixels. @throws {CorruptError} If it cannot be decoded to the end.
 */
export async function probeAnimation(
  bytes: Uint8Array,
  { maxPixels, budget }: ProbeOptions,
): Promise<ClipFacts & Pick<ImageFacts, "mediaType">> {
  const mediaType = imageMediaType(bytes)!;
  const sharp = await loadSharp();
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const { width, height, pages: frames = 1 } = header;
    requireFrames(frames);
    const pixels = width * height * frames;
    if (pixels > maxPixels) {
      throw new TooLargeError(
        `Cannot read the clip: ${frames} frames of ${width} by ${height} pixels, at most ` +
          `${maxPixels} pixels are allowed`,
      );
    }
    await budget.use(pixels, async () => {
      const options = { animated: true, failOn: "error", limitInputPixels: maxPixels } as const;
      await sharp(bytes, options).resize(8, 8, { fit: "fill" }).raw().toBuffer();
    });
    return { mediaType, width, height, frames };
  } catch (cause) {
    if (cause instanceof TooLargeError || cause instanceof UnsupportedError) throw cause;
    const [reason] = String(cause instanceof Error ? cause.message : cause).split("\n");
    throw new CorruptError(`Cannot read the clip: ${reason}`, { cause });
  }
}

/**
 * Decodes frames that came one file each.
 *
 * @throws As {@linkcode probeAnimation}, with the frame's name; {@linkcode UnsupportedError} also if
 * they differ in size.
 */
export async function probeFrames(
  frames: readonly { name: string; bytes: Uint8Array }[],
  options: ProbeOptions,
): Promise<ClipFacts> {
  requireFrames(frames.length);
  let first: ImageFacts | undefined;
  for (const { name, bytes } of frames) {
    const facts = await probeImage(bytes, options).catch((cause) => {
      throw new CorruptError(`Cannot read the clip: ${name}: ${cause.message}`, { cause });
    });
    first ??= facts;
    if (facts.width !== first.width || facts.height !== first.height) {
      throw new UnsupportedError(
        `Cannot read the clip: its frames differ in size, ${first.width} by ${first.height} and ` +
          `${facts.width} by ${facts.height} pixels (${name})`,
      );
    }
  }
  return { width: first!.width, height: first!.height, frames: frames.length };
}

function requireFrames(frames: number): void {
  if (frames < FEWEST_FRAMES) {
    throw new UnsupportedError(
      `Cannot read the clip: it has ${frames} ${frames === 1 ? "frame" : "frames"}, at least ` +
        `${FEWEST_FRAMES} are needed`,
    );
  }
  if (frames > MOST_FRAMES) {
    throw new TooLargeError(
      `Cannot read the clip: it has ${frames} frames, at most ${MOST_FRAMES} are allowed`,
    );
  }
}
