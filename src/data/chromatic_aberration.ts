/**
 * Two answers to chromatic aberration, the shortcut that relative position is known for: a lens
 * shifts green against magenta more the further from its axis, so the colours of a patch tell where
 * it lay (Doersch, Gupta & Efros, "Unsupervised Visual Representation Learning by Context
 * Prediction", ICCV 2015, section 3.1).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../random.ts";

/** Green against magenta: the direction that {@linkcode projectColours} takes out. */
const GREEN_MAGENTA = [-1, 2, -1] as const;

/** Spread of the noise in a dropped channel, as a share of that of the channel that is kept. */
const NOISE = 0.01;

/**
 * Takes the green-magenta component out of each pixel: x B, B = I - aᵀa / (a aᵀ), a = (-1, 2, -1).
 *
 * @param x [n, h, w, 3]; images of one channel have no colours and come back as they are.
 */
export function projectColours(x: tf.Tensor4D): tf.Tensor4D {
  if (x.shape[3] !== 3) return x.clone();
  return tf.tidy(() => {
    const a = tf.tensor2d([...GREEN_MAGENTA], [1, 3]);
    const b = tf.eye(3).sub(tf.matMul(a, a, true).div(6));
    return tf.matMul(x.reshape([-1, 3]), b as tf.Tensor2D).reshape(x.shape);
  });
}

/**
 * Keeps one channel of each patch and fills the other two with faint noise around its mean.
 *
 * @param x [n, h, w, 3]; images of one channel come back as they are.
 * @param stream One for each patch: draws the channel that stays, and the noise.
 */
export function dropColours(x: tf.Tensor4D, stream: (patch: number) => RandomStream): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  if (channels !== 3) return x.clone();
  const kept = new Float32Array(n * 3);
  const noise = new Float32Array(x.size);
  const perPatch = height * width * 3;
  for (let patch = 0; patch < n; patch++) {
    const random = stream(patch);
    kept[patch * 3 + random.integer(3)] = 1;
    for (let i = 0; i < perPatch; i++) noise[patch * perPatch + i] = random.normal();
  }
  return tf.tidy(() => {
    const mask = tf.tensor4d(kept, [n, 1, 1, 3]);
    const channel = x.mul(mask).sum(3, true);
    const { mean, variance } = tf.moments(channel, [1, 2, 3], true);
    const filling = tf.tensor4d(noise, x.shape).mul(variance.sqrt().mul(NOISE)).add(mean);
    return tf.where(tf.greater(tf.broadcastTo(mask, x.shape), 0), x, filling) as tf.Tensor4D;
  });
}
