import * as tf from "@tensorflow/tfjs";
export function ntXent(z: tf.Tensor2D, o: any): tf.Scalar {
  return tf.tidy(() => {
    const u = z.div(tf.norm(z, 2, 1, true)) as tf.Tensor2D;
    const n = z.shape[0];
    const s = tf.matMul(u, u, false, true).div(o.temperature).sub(tf.eye(n).mul(1e9));
    const idx = Array.from({ length: n }, (_, i) => i ^ 1);
    const target = tf.oneHot(tf.tensor1d(idx, "int32"), n);
    return tf.logSumExp(s, 1).sub(s.mul(target).sum(1)).mean().asScalar();
  });
}
