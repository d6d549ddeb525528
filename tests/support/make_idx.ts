/** Makes idx files (MNIST's format) for tests. @module */
import { concatBytes } from "./concat_bytes.ts";

/** An idx file with that header, whatever follows it. */
export function makeIdx(
  dimensions: number[],
  values: Uint8Array,
  type = 0x08,
): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
  header.setUint8(2, type);
  header.setUint8(3, dimensions.length);
  dimensions.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return concatBytes([new Uint8Array(header.buffer), values]);
}

/** `count` grey images of 4 by 3 pixels; pixel p of image i is (7 i + p) mod 256. */
export function makeIdxImages(count: number): Uint8Array<ArrayBuffer> {
  const values = Uint8Array.from(
    { length: 12 * count },
    (_, at) => 7 * Math.floor(at / 12) + at % 12,
  );
  return makeIdx([count, 3, 4], values);
}

/** Labels. */
export function makeIdxLabels(labels: number[]): Uint8Array<ArrayBuffer> {
  return makeIdx([labels.length], Uint8Array.from(labels));
}
