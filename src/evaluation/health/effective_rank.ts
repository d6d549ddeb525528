/**
 * Effective rank (Roy & Vetterli, "The Effective Rank: a Measure of Effective Dimensionality",
 * EUSIPCO 2007): how many directions a batch of features really uses.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { symmetricEigenvalues } from "./symmetric_eigenvalues.ts";

/** Share of the squared length below which the variance of float32 features is rounding. */
const ROUNDING = 1e-10;

/** Largest matrix whose eigenvalues are looked for: they cost its cube. */
const MOST_ROWS = 256;

/** Rounding of one float32 operation. */
const EPSILON = 2 ** -24;

/**
 * The scatter of the rows about their mean, `[m, m]` with m = min(n, d): its eigenvalues are the
 * squared singular values of the centred rows. Beside it, the squared length of the rows. Of rows of
 * more than 256 numbers only the first 256 are taken.
 */
export function scatter(x: tf.Tensor2D): { matrix: tf.Tensor2D; square: tf.Scalar } {
  return tf.tidy(() => {
    const d = x.shape[1];
    const n = d > MOST_ROWS ? Math.min(MOST_ROWS, x.shape[0]) : x.shape[0];
    const taken = n < x.shape[0] ? tf.slice(x, 0, n) : x;
    // The rank does not depend on the scale, and squares must not overflow.
    const scaled = tf.divNoNan(taken, tf.max(tf.abs(taken))) as tf.Tensor2D;
    const centred = tf.sub(scaled, tf.mean(scaled, 0, true)) as tf.Tensor2D;
    return {
      matrix: n < d
        ? tf.matMul(centred, centred, false, true)
        : tf.matMul(centred, centred, true, false),
      square: tf.sum(tf.square(scaled)).asScalar(),
    };
  });
}

/**
 * exp(−Σ p ln p) over p = σ / Σσ, the singular values of the centred rows.
 *
 * @param matrix Of {@linkcode scatter}, row-major m × m. @param square Of the same.
 * @returns 0 where all rows are one vector, else 1..m; NaN where a number is not finite.
 */
export function effectiveRank(matrix: ArrayLike<number>, square: number): number {
  const m = Math.round(Math.sqrt(matrix.length));
  if (!Array.prototype.every.call(matrix, Number.isFinite)) return NaN;
  const eigenvalues = symmetricEigenvalues(matrix, m);
  const variance = eigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (variance <= ROUNDING * square || variance === 0) return 0;
  // Directions that only rounding fills would count: they are many, and roots make them large.
  const least = eigenvalues.at(-1)! * m * EPSILON;
  const singular = Array.from(eigenvalues, (value) => value <= least ? 0 : Math.sqrt(value));
  const total = singular.reduce((sum, value) => sum + value, 0);
  let entropy = 0;
  for (const value of singular) {
    const p = value / total;
    if (p > 0) entropy -= p * Math.log(p);
  }
  return Math.exp(entropy);
}
