/** Vectors scaled to length 1, as the vector store wants them. @module */
import { InternalError } from "../errors.ts";

/**
 * The rows of a matrix, each over its length; null for a row of zeros, which has no direction.
 *
 * @param matrix Row-major, rows × dimensions.
 * @throws {InternalError} If a number is not finite.
 */
export function unitVectors(
  matrix: ArrayLike<number>,
  dimensions: number,
): (Float32Array<ArrayBuffer> | null)[] {
  return Array.from({ length: matrix.length / dimensions }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += matrix[row * dimensions + d]! ** 2;
    if (!Number.isFinite(sum)) {
      throw new InternalError("Cannot use the embedding: it holds a number that is not finite");
    }
    if (sum === 0) return null;
    const length = Math.sqrt(sum);
    return Float32Array.from(
      { length: dimensions },
      (_, d) => matrix[row * dimensions + d]! / length,
    );
  });
}
