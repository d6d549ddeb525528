/** Makes CIFAR-10 binary files for tests. @module */
import { concatBytes } from "./concat_bytes.ts";

/** One record a label; in record i red is i everywhere, green counts the columns, blue the rows. */
export function makeCifar(labels: number[]): Uint8Array<ArrayBuffer> {
  return concatBytes(labels.map((label, i) => {
    const record = new Uint8Array(3073);
    record[0] = label;
    for (let p = 0; p < 1024; p++) {
      record[1 + p] = i;
      record[1025 + p] = p % 32;
      record[2049 + p] = Math.floor(p / 32);
    }
    return record;
  }));
}
