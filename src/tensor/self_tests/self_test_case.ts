/**
 * A self-test's case.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";

/** One operation with inputs and the answer that is expected, worked out without tfjs. */
export interface SelfTestCase {
  /** The kernel or operation, `Conv2DBackpropFilter 3x3 stride 1`. */
  kernel: string;
  /** Runs it on the current backend. */
  run: () => tf.Tensor;
  want: () => number[];
  /** Largest absolute difference that is allowed. */
  tolerance: number;
}

/** `count` numbers in -1..1, multiples of 1/8 so that float32 holds them exactly. */
export function numbers(count: number, salt: number): number[] {
  return Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 7919 + 2 * salt) % 17 - 8) / 8);
}
