/**
 * The passes of NT-Xent: by tiles with our kernels, by whole matrices of similarities with tfjs's
 * own operations elsewhere.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** Which rows of all are asked for, and the temperature. */
export interface Rows {
  /** All rows of all replicas, of unit length, `[T, D]`; 2k and 2k+1 are a pair. */
  all: tf.Tensor2D;
  /** The first row that is asked for. */
  first: number;
  temperature: number;
}

/** Figures of each row asked for, `[N]`. */
export interface RowFigures {
  /** −log of the softmax of its similarities at its pair. */
  loss: tf.Tensor1D;
  /** Of its similarities with all other rows, over the temperature. */
  logSumExp: tf.Tensor1D;
  /** 1 where its pair is more similar than every other row, else 0. */
  correct: tf.Tensor1D;
}

/** One way to compute them all; none is differentiated through. */
export interface NtXentPasses {
  /** Rows over their lengths, `[N, D]`; zeros stay zeros. */
  normalise(z: tf.Tensor2D): tf.Tensor2D;
  /** @param count N. */
  rows(rows: Rows, count: number): RowFigures;
  /**
   * The gradient of `dy` times the mean loss of all rows with respect to z.
   *
   * @param z `[N, D]`, the rows from `first` before they were normalised; the gradient of a row of
   * zeros, which has no direction, is zero.
   * @param figures Of all rows, `[T]`.
   */
  gradient(
    rows: Rows,
    z: tf.Tensor2D,
    figures: Pick<RowFigures, "loss" | "logSumExp">,
    dy: tf.Scalar,
  ): tf.Tensor2D;
}

/** By our kernels of WASM (`src/tensor/kernels/`) or WebGPU (`src/tensor/programs/`). */
export const kernelPasses: NtXentPasses = {
  normalise: (z) => tf.engine().runKernel<tf.Tensor2D>("AlikeNormaliseRows", { x: z }),
  rows({ all, first, temperature }, rows) {
    const [loss, logSumExp, correct] = tf.engine().runKernel<tf.Tensor1D[]>(
      "AlikeNtXentRows",
      { all },
      { first, rows, temperature },
    );
    return { loss: loss!, logSumExp: logSumExp!, correct: correct! };
  },
  gradient: ({ all, first, temperature }, z, { loss, logSumExp }, dy) =>
    tf.engine().runKernel<tf.Tensor2D>(
      "AlikeNtXentGradient",
      { dy, z, all, loss, logSumExp },
      { first, temperature },
    ),
};

/** Less than any similarity over any temperature. */
const NOTHING = -1e30;

/** 1 / length of each row, `[N, 1]`, and 0 for a row of zeros. */
function inverseLengths(z: tf.Tensor2D): tf.Tensor2D {
  // Over the largest number first, so that no square overflows or vanishes.
  const largest = tf.max(tf.abs(z), 1, true);
  const scaled = tf.divNoNan(z, largest);
  const length = tf.mul(tf.sqrt(tf.sum(tf.square(scaled), 1, true)), largest);
  return tf.divNoNan(tf.onesLike(length), length) as tf.Tensor2D;
}

/** For each row asked for, where it is among all and where its pair is, `[N, T]` of 0 and 1. */
function positions(first: number, count: number, total: number) {
  const indices = Int32Array.from({ length: count }, (_, row) => first + row);
  return {
    self: tf.oneHot(tf.tensor1d(indices), total, 1, 0, "bool") as tf.Tensor2D,
    pair: tf.oneHot(tf.tensor1d(indices.map((i) => i ^ 1)), total, 1, 0, "bool") as tf.Tensor2D,
  };
}

/** Similarities of the rows asked for with all, over the temperature, `[N, T]`. */
function similarities({ all, first, temperature }: Rows, count: number): tf.Tensor2D {
  const own = tf.slice(all, [first, 0], [count, -1]);
  return tf.div(tf.matMul(own, all, false, true), temperature);
}

/** By tfjs's operations; holds `[N, T]`. */
export const composedPasses: NtXentPasses = {
  normalise(z) {
    const largest = tf.max(tf.abs(z), 1, true);
    const scaled = tf.divNoNan(z, largest) as tf.Tensor2D;
    return tf.mul(scaled, inverseLengths(scaled));
  },
  rows(rows, count) {
    const { self, pair } = positions(rows.first, count, rows.all.shape[0]);
    const s = similarities(rows, count);
    const nothing = tf.fill(s.shape, NOTHING);
    const positive = tf.sum(tf.where(pair, s, tf.zerosLike(s)), 1) as tf.Tensor1D;
    const negatives = tf.where(tf.logicalOr(self, pair), nothing, s);
    const behind = tf.sub(tf.logSumExp(negatives, 1), positive);
    // log(1 + exp(behind)), without overflow.
    const loss = tf.add(tf.relu(behind), tf.log1p(tf.exp(tf.neg(tf.abs(behind))))) as tf.Tensor1D;
    return {
      loss,
      logSumExp: tf.add(loss, positive),
      correct: tf.cast(tf.greater(positive, tf.max(negatives, 1)), "float32") as tf.Tensor1D,
    };
  },
  gradient(rows, z, { loss, logSumExp }, dy) {
    const { all, first, temperature } = rows;
    const [count] = z.shape;
    const [total] = all.shape;
    const { self, pair } = positions(first, count, total);
    const s = similarities(rows, count);
    const own = tf.expandDims(tf.slice(logSumExp, first, count), 1);
    const weights = tf.add(tf.exp(tf.sub(s, own)), tf.exp(tf.sub(s, logSumExp)));
    // The softmax at the pair less 1, which is exp(-loss) - 1, from either side.
    const missing = tf.expm1(tf.neg(tf.reshape(tf.slice(loss, first, count), [-1, 2])));
    const pairWeight = tf.reshape(tf.add(missing, tf.reverse(missing, 1)), [-1, 1]);
    const pulled = tf.where(pair, tf.mul(pairWeight, tf.onesLike(s)), weights);
    const unit = tf.slice(all, [first, 0], [count, -1]);
    const gradient = tf.matMul(tf.where(self, tf.zerosLike(s), pulled) as tf.Tensor2D, all);
    const along = tf.sum(tf.mul(gradient, unit), 1, true);
    const scale = tf.mul(inverseLengths(z), tf.div(dy, total * temperature));
    return tf.mul(tf.sub(gradient, tf.mul(along, unit)), scale) as tf.Tensor2D;
  },
};
