/** Nearest-neighbour upsampling, which a convolution after it makes smooth. @module */
import * as tf from "@tensorflow/tfjs";

/**
 * Each pixel becomes a square of 2×2, of which rows and columns beyond the wanted size are left
 * out. Unlike a transposed convolution it gives no checkerboards (Odena et al., "Deconvolution and
 * Checkerboard Artifacts", Distill 2016). Made of concatenations, whose gradients every backend has.
 *
 * @param x `[n, h, w, c]`. @param size Sides of the output: 2h or 2h - 1, 2w or 2w - 1.
 * @returns `[n, ...size, c]`.
 */
export function upsample(x: tf.Tensor4D, size: [number, number]): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  // Channels side by side twice are the pixel twice.
  const wide = tf.concat([x, x], 3).reshape([n, h, 2 * w * c]) as tf.Tensor3D;
  const tall = tf.concat([wide, wide], 2).reshape([n, 2 * h, 2 * w, c]) as tf.Tensor4D;
  const [height, width] = size;
  return height === 2 * h && width === 2 * w
    ? tall
    : tall.slice([0, 0, 0, 0], [n, height, width, c]);
}
