import * as tf from "@tensorflow/tfjs";
export function contrastiveAccuracy(z: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const u = z.div(tf.norm(z, 2, 1, true)) as tf.Tensor2D;
    const n = z.shape[0];
    const s = tf.matMul(u, u, false, true).sub(tf.eye(n).mul(1e9));
    return tf.argMax(s, 1).equal(tf.tensor1d(Array.from({ length: n }, (_, i) => i ^ 1), "int32"))
      .cast("float32").mean().asScalar();
  });
}
