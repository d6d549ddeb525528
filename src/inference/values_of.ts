/** The numbers of a tensor that is not needed for anything else. @module */
import * as tf from "@tensorflow/tfjs";

/** Computes in a tidy, reads the result and frees it. */
export async function valuesOf(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
  }
}
