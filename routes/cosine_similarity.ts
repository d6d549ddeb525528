/**
 * Cosine similarity of rows, in double precision.
 *
 * @module
 */

/** Multiply-adds between two turns of the event loop: some milliseconds. */
const PER_TURN = 2 ** 22;

/**
 * The cosine of each row of `a` with each row of `b`.
 *
 * The event loop gets its turn in between, so that a million cosines hold up nobody else.
 *
 * @param a n rows of d finite numbers, none of them all zero.
 * @param b m rows of d; leave out to compare `a` with itself.
 * @returns n × m, -1..1.
 */
export async function cosineSimilarity(
  a: readonly ArrayLike<number>[],
  b?: readonly ArrayLike<number>[],
): Promise<number[][]> {
  const left = a.map(unitVector);
  const right = b === undefined ? left : b.map(unitVector);
  const result: number[][] = [];
  let work = 0;
  for (const [i, row] of left.entries()) {
    const cosines: number[] = [];
    for (const [j, column] of right.entries()) {
      if (b === undefined && j < i) {
        cosines.push(result[j]![i]!);
        continue;
      }
      // Rounding may take the product of equal vectors past 1.
      cosines.push(Math.max(-1, Math.min(1, dot(row, column))));
      work += row.length;
      if (work >= PER_TURN) {
        work = 0;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
    result.push(cosines);
  }
  return result;
}

/** The row at length 1. Dividing by the largest number first keeps squares within range. */
function unitVector(row: ArrayLike<number>): Float64Array {
  const unit = Float64Array.from(row);
  const largest = unit.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const scaled = unit.map((x) => x / largest);
  const length = Math.sqrt(dot(scaled, scaled));
  return scaled.map((x) => x / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
