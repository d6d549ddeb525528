/** Raw pixels as a PNG, for people and browsers, which do not show netpbm. @module */
import type { RawImage } from "./netpbm.ts";
import { loadSharp } from "./load_sharp.ts";

/** The image as a PNG file, pixels unchanged. */
export async function encodePng(image: RawImage): Promise<Uint8Array<ArrayBuffer>> {
  const { pixels, width, height, channels } = image;
  const sharp = await loadSharp();
  return new Uint8Array(
    await sharp(pixels, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? "b-w" : "srgb").png().toBuffer(),
  );
}
