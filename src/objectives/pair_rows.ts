/** Pairs of rows: the first row of an item beside each of its others. @module */
import * as tf from "@tensorflow/tfjs";

/**
 * @param pooled [n * rows, d].
 * @param rows Of an item, the first among them.
 * @returns [n * (rows - 1), 2d].
 */
export function pairRows(pooled: tf.Tensor2D, rows: number): tf.Tensor2D {
  const [n, d] = pooled.shape;
  const pairs = rows - 1;
  const items = pooled.reshape([n / rows, rows, d]);
  const first = items.slice([0, 0, 0], [-1, 1, -1]).tile([1, pairs, 1]);
  const others = items.slice([0, 1, 0], [-1, pairs, -1]);
  return tf.concat([first, others], 2).reshape([-1, 2 * d]) as tf.Tensor2D;
}
