/** Triplets of rows: an item's first and last row with each of two middles between them. @module */
import * as tf from "@tensorflow/tfjs";

/** Rows of an item: first, a middle, last, another middle. */
export const TRIPLET_ROWS = 4;

/** The rows of an item's two triplets. */
export const TRIPLETS = [[0, 1, 2], [0, 3, 2]] as const;

/**
 * @param pooled [4n, d].
 * @returns [2n, 3d]: an item's two triplets next to each other.
 */
export function tripletRows(pooled: tf.Tensor2D): tf.Tensor2D {
  const [rows, d] = pooled.shape;
  const items = pooled.reshape([rows / TRIPLET_ROWS, TRIPLET_ROWS, d]);
  const row = (i: number) => items.slice([0, i, 0], [-1, 1, -1]);
  const triplets = tf.concat(TRIPLETS.flat().map(row), 1);
  return triplets.reshape([rows / 2, 3 * d]) as tf.Tensor2D;
}
