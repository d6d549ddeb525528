/** One frame of a clip, for people to look at. @module */
import { toDecodeError } from "./decode_image.ts";
import { loadSharp } from "./load_sharp.ts";
import { imageMediaType } from "./media_type.ts";
import { FRAMES_MEDIA_TYPE, unpackFrames } from "./unpack_frames.ts";

/** A file that browsers show. */
export interface ShownImage {
  bytes: Uint8Array<ArrayBuffer>;
  mediaType: string;
}

/**
 * The frame as a file: of an animation as PNG, of a tar of frames as it came.
 *
 * @param mediaType Tells a tar of frames from an animation.
 * @param frame 0 is the first; there must be one of that number.
 * @throws {CorruptError} If the clip is damaged. @throws {TooLargeError} Above `maxPixels` a frame.
 */
export async function clipFrame(
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
  frame: number,
  { maxPixels }: { maxPixels: number },
): Promise<ShownImage> {
  if (mediaType === FRAMES_MEDIA_TYPE) {
    const file = unpackFrames(bytes)[frame]!;
    return { bytes: file, mediaType: imageMediaType(file)! };
  }
  try {
    const options = {
      page: frame,
      pages: 1,
      failOn: "error",
      limitInputPixels: maxPixels,
    } as const;
    const sharp = await loadSharp();
    const png = await sharp(bytes, options).png().toBuffer();
    return { bytes: new Uint8Array(png), mediaType: "image/png" };
  } catch (error) {
    throw toDecodeError(error, maxPixels);
  }
}
