import * as tf from "@tensorflow/tfjs";
export function sparseSoftmaxCrossEntropy(l: tf.Tensor2D, y: tf.Tensor1D): tf.Scalar {
  return tf.losses.softmaxCrossEntropy(tf.oneHot(y, l.shape[1]), l).asScalar();
}
