/**
 * Reads CIFAR-10's binary version: records of a label and 32×32 pixels, first all red values, then
 * all green, then all blue (https://www.cs.toronto.edu/~kriz/cifar.html).
 *
 * The format has no mark at its beginning. A file is taken for one if it is made of whole records
 * whose labels are all below ten; hardly anything else is.
 *
 * @module
 */
import { CorruptError, UnsupportedError } from "../errors.ts";
import type { RawImage } from "../images/netpbm.ts";
import type { ByteReader } from "./byte_reader.ts";

/** Bytes of a record. */
export const CIFAR_RECORD = 1 + 3 * 32 * 32;

const PLANE = 32 * 32;
const CLASSES = 10;

/** The names that the labels 0..9 stand for. */
export const CIFAR10_NAMES: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

/** One image and its label, 0..9. */
export interface CifarRecord {
  image: RawImage;
  label: number;
}

/** Whether bytes may be the beginning of a CIFAR-10 file. */
export function mayBeCifar(head: Uint8Array): boolean {
  return head.length > 0 && head[0]! < CLASSES;
}

/** Whether bytes are a whole CIFAR-10 file. */
export function isCifar(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length % CIFAR_RECORD !== 0) return false;
  for (let at = 0; at < bytes.length; at += CIFAR_RECORD) {
    if (bytes[at]! >= CLASSES) return false;
  }
  return true;
}

/** The records of a whole file. */
export function* cifarRecords(bytes: Uint8Array): Generator<CifarRecord> {
  for (let at = 0; at < bytes.length; at += CIFAR_RECORD) {
    yield decode(bytes.subarray(at, at + CIFAR_RECORD));
  }
}

/**
 * The records of a stream that is all of the upload.
 *
 * @throws {UnsupportedError} If its first record is none. @throws {CorruptError} If a later one is
 * none, or the last one is cut off.
 */
export async function* readCifar(reader: ByteReader): AsyncGenerator<CifarRecord> {
  for (let i = 0;; i++) {
    const record = await reader.read(CIFAR_RECORD);
    if (record.length === 0) return;
    if (isCifar(record)) {
      yield decode(record);
    } else if (i === 0) {
      throw new UnsupportedError(
        "Cannot import the upload: its format is none that is known (tar, zip, gzip, a form, " +
          "MNIST idx, CIFAR-10 binary, JPEG, PNG, WebP, GIF)",
      );
    } else {
      throw new CorruptError(
        `Cannot read the CIFAR-10 file: record ${i} has ` +
          (record.length < CIFAR_RECORD
            ? `${record.length} bytes instead of ${CIFAR_RECORD}`
            : `the label ${record[0]}, above 9`),
      );
    }
  }
}

/**
 * The names in `batches.meta.txt`, one a line.
 *
 * @returns Undefined if they are not ten different ones.
 */
export function parseCifarNames(text: string): string[] | undefined {
  const names = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const good = names.length === CLASSES && new Set(names).size === CLASSES &&
    names.every((name) => name.length <= 100);
  return good ? names : undefined;
}

/** Planes to pixels. */
function decode(record: Uint8Array): CifarRecord {
  const pixels = new Uint8Array(3 * PLANE);
  for (let i = 0; i < PLANE; i++) {
    pixels[3 * i] = record[1 + i]!;
    pixels[3 * i + 1] = record[1 + PLANE + i]!;
    pixels[3 * i + 2] = record[1 + 2 * PLANE + i]!;
  }
  return { image: { pixels, width: 32, height: 32, channels: 3 }, label: record[0]! };
}
