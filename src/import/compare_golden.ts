/** Golden vectors against what this service computes of the same inputs. @module */
import type { GoldenVector } from "../schemas/alike_file.ts";
import { refuse } from "./read_alike_head.ts";

/** How far they may be apart, relative to the largest number of the vector, at least 1. */
export const GOLDEN_TOLERANCE = 1e-4;

/**
 * Compares them.
 *
 * @param computed Row-major, a row a vector.
 * @throws {InvalidError} If one differs, or is no number.
 */
export function compareGolden(golden: GoldenVector[], computed: Float32Array): void {
  let at = 0;
  for (const [i, { embedding }] of golden.entries()) {
    const scale = embedding.reduce((most, wanted) => Math.max(most, Math.abs(wanted)), 1);
    let error = 0;
    for (const wanted of embedding) {
      const difference = Math.abs(computed[at++]! - wanted);
      // NaN is more than any error.
      if (!(difference <= error)) error = difference;
    }
    if (error <= GOLDEN_TOLERANCE * scale) continue;
    throw refuse(
      `golden[${i}].embedding`,
      `must be what this service computes, within ${GOLDEN_TOLERANCE * scale}`,
      `it differs by ${error}`,
    );
  }
}
