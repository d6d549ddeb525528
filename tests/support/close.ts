/**
 * Comparing single-precision results with double-precision references.
 *
 * @module
 */

/**
 * Whether every number is within `tolerance` of what is wanted, relative to the largest of them.
 *
 * @throws {Error} Naming the first that is not.
 */
export function assertClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  if (actual.length !== wanted.length) {
    throw new Error(`${what}: ${actual.length} numbers, wanted ${wanted.length}`);
  }
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(wanted[i]!));
  const allowed = tolerance * Math.max(largest, Number.MIN_VALUE);
  for (let i = 0; i < wanted.length; i++) {
    if (!(Math.abs(actual[i]! - wanted[i]!) <= allowed)) {
      throw new Error(
        `${what}: number ${i} of ${wanted.length} is ${actual[i]}, wanted ${
          wanted[i]
        } ± ${allowed}`,
      );
    }
  }
}

/**
 * The gradient of `f` at `x` by central differences.
 *
 * @param step Cube root of the precision of `f`, about; 1e-5 suits double precision.
 */
export function finiteDifferences(
  f: (x: Float64Array) => number,
  x: Float64Array,
  step = 1e-5,
): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const moved = x.slice();
    moved[i] = value + step;
    const above = f(moved);
    moved[i] = value - step;
    return (above - f(moved)) / (2 * step);
  });
}
