/**
 * A convolution with the batch norm behind it folded into its weights: for inference, one pass
 * instead of two, with bias and ReLU in the same kernel.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { BatchNorm } from "./batch_norm.ts";
import type { Convolution } from "./convolution.ts";

/** gamma (conv(x) − mean) / √(variance + ε) + beta, as one convolution with a bias. */
export class FoldedConvolution {
  readonly #kernel: tf.Tensor4D;
  readonly #bias: tf.Tensor1D;
  readonly #stride: number;

  /** Copies what the two are now; later changes of theirs have no effect. */
  constructor(convolution: Convolution, norm: BatchNorm) {
    this.#stride = convolution.stride;
    [this.#kernel, this.#bias] = tf.tidy(() => {
      const scale = norm.gamma.div(norm.variance.add(BatchNorm.epsilon).sqrt());
      return [
        convolution.kernel.mul<tf.Tensor4D>(scale),
        norm.beta.sub<tf.Tensor1D>(norm.mean.mul(scale)),
      ];
    });
  }

  /** [n, h, w, in] → [n, ⌈h/stride⌉, ⌈w/stride⌉, out]. */
  apply(x: tf.Tensor4D, { relu }: { relu: boolean }): tf.Tensor4D {
    return tf.fused.conv2d({
      x,
      filter: this.#kernel,
      strides: this.#stride,
      pad: "same",
      bias: this.#bias,
      activation: relu ? "relu" : "linear",
    });
  }

  dispose(): void {
    this.#kernel.dispose();
    this.#bias.dispose();
  }
}
