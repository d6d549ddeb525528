/** Makes images for tests: noise by a seed, the same every time. @module */
import sharp from "sharp";
import { Random } from "../../src/random.ts";

/** What {@linkcode makeImage} takes. */
export interface ImageOptions {
  /** @default {16} */
  width?: number;
  /** @default {12} */
  height?: number;
  /** @default {0} */
  seed?: number;
  /** @default {3} */
  channels?: 1 | 3 | 4;
}

/** Pixels of noise, row by row. */
export function makePixels(options: ImageOptions = {}): Uint8Array<ArrayBuffer> {
  const { width = 16, height = 12, seed = 0, channels = 3 } = options;
  const noise = new Random(seed).stream("pixels");
  return Uint8Array.from({ length: width * height * channels }, () => noise.integer(256));
}

/** An image file. */
export async function makeImage(
  format: "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff",
  options: ImageOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { width = 16, height = 12, channels = 3 } = options;
  const raw = { width, height, channels };
  return new Uint8Array(await sharp(makePixels(options), { raw }).toFormat(format).toBuffer());
}
