/** The length of all weights together: one number that shows at once if one of them is none. @module */
import * as tf from "@tensorflow/tfjs";

/**
 * The Euclidean norm over all variables.
 *
 * Scaled by the largest number, so that it is infinite or NaN only if a variable holds such.
 */
export async function weightNorm(variables: { variable: tf.Variable }[]): Promise<number> {
  const { largest, squares } = tf.tidy(() => {
    const largest = tf.max(tf.stack(variables.map(({ variable }) => tf.max(tf.abs(variable)))));
    const scale = tf.maximum(largest, 1e-30);
    return {
      largest: scale,
      squares: tf.sum(
        tf.stack(variables.map(({ variable }) => tf.sum(tf.square(tf.div(variable, scale))))),
      ),
    };
  });
  try {
    const [[scale], [sum]] = await Promise.all([largest.data(), squares.data()]) as [
      Float32Array,
      Float32Array,
    ];
    return scale! * Math.sqrt(sum!);
  } finally {
    tf.dispose([largest, squares]);
  }
}
