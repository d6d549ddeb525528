/**
 * Raw pixels as binary netpbm (P5 grey, P6 RGB, 8 bits): how items of MNIST idx and CIFAR binary
 * files are kept, bit for bit, with their size in front.
 *
 * @module
 */
import { CorruptError } from "../errors.ts";

/** 8-bit pixels, row by row, channels last. */
export interface RawImage {
  pixels: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** The media type of a netpbm image with that many channels. */
export function netpbmMediaType(channels: 1 | 3): string {
  return channels === 1 ? "image/x-portable-graymap" : "image/x-portable-pixmap";
}

/** Whether a media type is one of the two kinds of netpbm that we read. */
export function isNetpbm(mediaType: string): boolean {
  return mediaType === "image/x-portable-graymap" || mediaType === "image/x-portable-pixmap";
}

/** The image as a P5 or P6 file. */
export function encodeNetpbm(image: RawImage): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(
    `${image.channels === 1 ? "P5" : "P6"}\n${image.width} ${image.height}\n255\n`,
  );
  const bytes = new Uint8Array(header.length + image.pixels.length);
  bytes.set(header);
  bytes.set(image.pixels, header.length);
  return bytes;
}

/**
 * The image in a P5 or P6 file; `pixels` is a view of `bytes`.
 *
 * @throws {CorruptError} If it is none, has another depth than 8 bits, or is cut short.
 */
export function decodeNetpbm(bytes: Uint8Array): RawImage {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
  const match = /^P([56])\s+(\d{1,6})\s+(\d{1,6})\s+255\s/.exec(head);
  if (match === null) throw new CorruptError("Cannot read netpbm: not an 8-bit P5 or P6 header");
  const channels = match[1] === "5" ? 1 : 3;
  const width = Number(match[2]);
  const height = Number(match[3]);
  const start = match[0].length;
  const length = width * height * channels;
  if (bytes.length < start + length) {
    throw new CorruptError(
      `Cannot read netpbm: ${bytes.length - start} bytes of pixels, ${length} expected`,
    );
  }
  return { pixels: bytes.subarray(start, start + length), width, height, channels };
}
