/** Variables that may be written into. @module */
import * as tf from "@tensorflow/tfjs";

/**
 * Gives a variable numbers of its own if it shares them.
 *
 * In tfjs `tf.variable(t)`, `clone` and `reshape` share data and count the sharers; writing into
 * it would change them all. So whoever writes in place calls this first: a clone that was taken
 * before a step keeps the values of before it.
 */
export function ownData(variable: tf.Variable): void {
  if (tf.backend().refCount(variable.dataId) === 1) return;
  // Not by way of its numbers, which a GPU gives only asynchronously.
  const copy = tf.mul(variable, 1);
  variable.assign(copy);
  copy.dispose();
}
