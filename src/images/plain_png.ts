/**
 * Plain PNGs, decoded on the spot: 8-bit grey or RGB, not interlaced, with nothing in them that
 * could change their pixels. What small images mostly are.
 *
 * sharp takes ten times as long for an image of 32 by 32, all of it to set out: it is for everything
 * that is not plain, and for every file with a fault, which it names.
 *
 * @module
 */
import { crc32, inflateSync } from "node:zlib";
import type { RawImage } from "./netpbm.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;
/** Text, time and physical size: of no weight for pixels. */
const IGNORED = new Set([0x74455874, 0x7a545874, 0x69545874, 0x74494d45, 0x70485973]);

/**
 * The pixels of a plain PNG of that size.
 *
 * @returns Undefined for any other file, damaged ones among them.
 */
export function decodePlainPng(
  bytes: Uint8Array,
  size: { width: number; height: number },
): RawImage | undefined {
  const { width, height } = size;
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let channels: 1 | 3 | undefined;
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length;;) {
    if (at + 12 > bytes.length) return undefined;
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const body = at + 8;
    const end = body + length;
    if (end + 4 > bytes.length) return undefined;
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return undefined;
    if (type === IHDR) {
      // Depth, then compression, filter and interlace methods.
      const plain = channels === undefined && length === 13 && bytes[body + 8] === 8 &&
        bytes[body + 10] === 0 && bytes[body + 11] === 0 && bytes[body + 12] === 0;
      if (!plain) return undefined;
      if (view.getUint32(body) !== width || view.getUint32(body + 4) !== height) return undefined;
      const colour = bytes[body + 9];
      channels = colour === 0 ? 1 : colour === 2 ? 3 : undefined;
    } else if (type === IDAT) {
      data.push(bytes.subarray(body, end));
    } else if (type === IEND) {
      break;
    } else if (!IGNORED.has(type)) {
      return undefined;
    }
    // Also where the first chunk is another one.
    if (channels === undefined) return undefined;
    at = end + 4;
  }
  const filtered = channels === undefined
    ? undefined
    : inflate(data, (width * channels + 1) * height);
  if (filtered === undefined) return undefined;
  const pixels = unfilter(filtered, width * channels!, height, channels!);
  return pixels && { pixels, width, height, channels: channels! };
}

/** Exactly `length` bytes, or undefined. */
function inflate(data: Uint8Array[], length: number): Uint8Array | undefined {
  const [first] = data;
  if (first === undefined) return undefined;
  try {
    // The limit stops what would inflate to more than an image of this size can have.
    const inflated = inflateSync(data.length === 1 ? first : joined(data), {
      maxOutputLength: length,
      chunkSize: Math.max(64, length),
    });
    return inflated.length === length ? inflated : undefined;
  } catch {
    return undefined;
  }
}

function joined(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Undoes the filters of PNG (specification, section 9): each byte was stored as its difference from
 * what is expected from the bytes to the left, above, and above left. A loop a filter: asking at
 * each byte which it is takes as long as all the rest. Sums are modulo 256, as the array takes them.
 */
function unfilter(
  filtered: Uint8Array,
  stride: number,
  height: number,
  channels: number,
): Uint8Array | undefined {
  const pixels = new Uint8Array(stride * height);
  // What is above the first line: zeros.
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const line = pixels.subarray(y * stride, (y + 1) * stride);
    line.set(filtered.subarray(from + 1, from + 1 + stride));
    switch (filtered[from]) {
      case 0:
        break;
      case 1:
        for (let x = channels; x < stride; x++) line[x]! += line[x - channels]!;
        break;
      case 2:
        for (let x = 0; x < stride; x++) line[x]! += above[x]!;
        break;
      case 3:
        for (let x = 0; x < channels; x++) line[x]! += above[x]! >> 1;
        for (let x = channels; x < stride; x++) {
          line[x]! += (line[x - channels]! + above[x]!) >> 1;
        }
        break;
      case 4:
        // At the left edge, where left and corner are 0, above is nearest.
        for (let x = 0; x < channels; x++) line[x]! += above[x]!;
        for (let x = channels; x < stride; x++) {
          line[x]! += paeth(line[x - channels]!, above[x]!, above[x - channels]!);
        }
        break;
      default:
        return undefined;
    }
    above = line;
  }
  return pixels;
}

/** Whichever of the three is nearest to left + above − corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
