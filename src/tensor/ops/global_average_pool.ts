/**
 * Global average pooling.
 *
 * Lin et al., "Network in Network", 2013 (arXiv:1312.4400).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./has_kernel.ts";
import { withGradient } from "./with_gradient.ts";

/**
 * The mean over an image's pixels. Differentiable.
 *
 * @param x `[N, H, W, C]`, float32, at least one pixel. @returns `[N, C]`.
 */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  if (!hasKernel("AlikeGlobalAveragePool")) return tf.mean(x, [1, 2]);
  const { shape } = x;
  return withGradient([x], () => ({
    value: tf.engine().runKernel<tf.Tensor2D>("AlikeGlobalAveragePool", { x }),
    gradient: (dy) => [
      tf.engine().runKernel<tf.Tensor4D>("AlikeGlobalAveragePoolGradient", { dy }, { shape }),
    ],
  }));
}
