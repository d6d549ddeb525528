/**
 * Reads MNIST's idx files: unsigned bytes in three dimensions (images) or one (labels).
 *
 * Format: http://yann.lecun.com/exdb/mnist: two zeros, the type (8: unsigned byte), the number of
 * dimensions, each dimension as 32-bit big-endian, then the values.
 *
 * @module
 */
import { CorruptError, TooLargeError } from "../errors.ts";
import type { RawImage } from "../images/netpbm.ts";
import type { ByteReader } from "./byte_reader.ts";
import { MemberError } from "./member.ts";

/** Bytes that {@linkcode idxKind} looks at. */
export const IDX_MAGIC_BYTES = 4;

const TYPES = new Set([0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e]);

/** What kind of idx file begins with these bytes: `other` is one that holds no grey images. */
export function idxKind(head: Uint8Array): "images" | "labels" | "other" | undefined {
  const [first, second, type, dimensions] = head;
  if (first !== 0 || second !== 0 || !TYPES.has(type!) || dimensions === undefined) {
    return undefined;
  }
  if (type === 0x08 && dimensions === 3) return "images";
  if (type === 0x08 && dimensions === 1) return "labels";
  return dimensions >= 1 && dimensions <= 4 ? "other" : undefined;
}

/** What {@linkcode readIdxImages} takes. */
export interface IdxLimits {
  maxItems: number;
  maxPixels: number;
}

/** The images of an idx3 file. */
export interface IdxImages {
  count: number;
  /** One after the other; each has its own memory. */
  images: AsyncGenerator<RawImage>;
}

/**
 * Reads the header of an idx3 file; the images follow as they are asked for.
 *
 * @throws {MemberError} If the header is none. @throws {TooLargeError} If it tells of more images
 * than a data set may have. @throws {CorruptError} While reading the images, if there are fewer or
 * more bytes than the header tells of.
 */
export async function readIdxImages(reader: ByteReader, limits: IdxLimits): Promise<IdxImages> {
  const header = new DataView((await reader.read(16)).buffer);
  if (header.byteLength < 16) throw new MemberError("an idx file that ends in its header");
  const [count, height, width] = [4, 8, 12].map((at) => header.getUint32(at)) as [
    number,
    number,
    number,
  ];
  if (width === 0 || height === 0) {
    throw new MemberError(`an idx file of images of ${width} by ${height} pixels`);
  }
  if (width * height > limits.maxPixels) {
    throw new MemberError(
      `an idx file of images of ${width} by ${height} pixels, ` +
        `at most ${limits.maxPixels} pixels are allowed`,
    );
  }
  if (count > limits.maxItems) {
    throw new TooLargeError(
      `Cannot import the idx file: it has ${count} images, at most ${limits.maxItems} are allowed`,
    );
  }
  async function* images(): AsyncGenerator<RawImage> {
    for (let i = 0; i < count; i++) {
      const pixels = await reader.read(width * height);
      if (pixels.length < width * height) {
        throw new CorruptError(
          `Cannot read the idx file: it tells of ${count} images but ends in number ${i + 1}`,
        );
      }
      yield { pixels, width, height, channels: 1 };
    }
    if ((await reader.read(1)).length > 0) {
      throw new CorruptError(
        `Cannot read the idx file: it goes on after the ${count} images that it tells of`,
      );
    }
  }
  return { count, images: images() };
}

/**
 * Reads an idx1 file.
 *
 * @throws {MemberError} If it is damaged. @throws {TooLargeError} If it has more labels than a data
 * set may have items.
 */
export async function readIdxLabels(reader: ByteReader, maxItems: number): Promise<Uint8Array> {
  const header = new DataView((await reader.read(8)).buffer);
  if (header.byteLength < 8) throw new MemberError("an idx file that ends in its header");
  const count = header.getUint32(4);
  if (count > maxItems) {
    throw new TooLargeError(
      `Cannot import the idx file: it has ${count} labels, at most ${maxItems} are allowed`,
    );
  }
  const labels = await reader.read(count);
  if (labels.length < count) {
    throw new MemberError(`an idx file that tells of ${count} labels but has ${labels.length}`);
  }
  if ((await reader.read(1)).length > 0) {
    throw new MemberError(`an idx file that goes on after the ${count} labels it tells of`);
  }
  return labels;
}
