/**
 * Tiles with the same mean and spread: so that brightness and contrast, which hardly change from a
 * tile to the next, do not tell neighbours (Noroozi & Favaro 2016, section 3.3).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** Spread below which a tile counts as of one colour; it stays 0 everywhere. */
const EPSILON = 1e-3;

/**
 * Each tile minus its mean, over its standard deviation, both over all pixels of a channel.
 *
 * @param x [n, t, t, c]. Not meant to be differentiated.
 */
export function normaliseTiles(x: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(x, [1, 2], true);
    return x.sub(mean).div(variance.add(EPSILON ** 2).sqrt());
  });
}
