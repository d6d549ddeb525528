/** Embeddings for the tests of NT-Xent, and what must come out. @module */
import { Random } from "../../../../src/random.ts";
import { referenceNtXent } from "./nt_xent_reference.ts";

/** Pairs that are like each other, of lengths between a tenth and ten. */
export function makePairs(pairs: number, d: number): Float64Array {
  const stream = new Random(11).stream("pairs", [pairs, d]);
  const z = new Float64Array(2 * pairs * d);
  for (let i = 0; i < 2 * pairs; i++) {
    const length = 10 ** stream.uniform(-1, 1);
    for (let c = 0; c < d; c++) {
      const own = stream.normal();
      z[i * d + c] = i % 2 === 0 ? own : z[(i - 1) * d + c]! + own;
    }
    for (let c = 0; c < d && i % 2 === 1; c++) {
      z[i * d + c] = Math.fround(z[i * d + c]! * length);
      z[(i - 1) * d + c] = Math.fround(z[(i - 1) * d + c]!);
    }
  }
  return z;
}

const references = new Map<string, ReturnType<typeof referenceNtXent>>();

/** The reference of a case, computed once for all backends. */
export function reference(pairs: number, d: number, temperature: number) {
  const key = `${pairs} ${d} ${temperature}`;
  let found = references.get(key);
  if (found === undefined) {
    found = referenceNtXent(makePairs(pairs, d), d, temperature);
    references.set(key, found);
  }
  return found;
}
