/** Makes animations for tests: frame i is of one grey, so that it can be told which one it is. @module */
import sharp from "sharp";
import { encodePng } from "../../src/images/encode_png.ts";

/** What frames look like. */
export interface ClipOptions {
  /** @default {16} */
  width?: number;
  /** @default {12} */
  height?: number;
  /** The grey of each frame, 0..255. */
  greys: number[];
}

function frame({ width = 16, height = 12 }: ClipOptions, grey: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(width * height * 3).fill(grey);
}

/** An animated GIF or WebP (without loss). */
export async function makeAnimation(
  format: "gif" | "webp",
  options: ClipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width = 16, height = 12, greys } = options;
  const pixels = new Uint8Array(greys.length * width * height * 3);
  greys.forEach((grey, i) => pixels.set(frame(options, grey), i * width * height * 3));
  const raw = { width, height: height * greys.length, channels: 3 as const, pageHeight: height };
  const image = sharp(pixels, { raw });
  const file = format === "gif" ? image.gif({ reuse: false }) : image.webp({ lossless: true });
  return new Uint8Array(await file.toBuffer());
}

/** The frames as PNG files. */
export function makeFrames(options: ClipOptions): Promise<Uint8Array<ArrayBuffer>[]> {
  const { width = 16, height = 12, greys } = options;
  return Promise.all(
    greys.map((grey) => encodePng({ pixels: frame(options, grey), width, height, channels: 3 })),
  );
}
