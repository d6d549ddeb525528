/**
 * NT-Xent, the loss of SimCLR: each row is to be more similar to its pair than to all others.
 *
 * Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations", 2020
 * (arXiv:2002.05709), eq. 1 as its algorithm 1 averages it: over all 2K rows, not twice that.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import type { Collective } from "../../parallel/collective.ts";
import { constant } from "./constant.ts";
import { hasKernel } from "./has_kernel.ts";
import { composedPasses, kernelPasses, type NtXentPasses } from "./nt_xent_passes.ts";
import { allGatherRows } from "./replicas.ts";
import { withGradient } from "./with_gradient.ts";

/** Options of {@linkcode ntXent}. */
export interface NtXentOptions {
  /** τ, greater than 0. */
  temperature: number;
  /** The replicas whose rows are each other's negatives; all with as many rows. */
  collective: Collective;
}

/** What {@linkcode ntXent} answers. */
export interface NtXentResult {
  /** Mean over all rows of all replicas. Differentiable in z. */
  loss: tf.Scalar;
  /** As {@linkcode contrastiveAccuracy}, at no further cost. No gradient goes through it. */
  contrastiveAccuracy: tf.Scalar;
}

function passes(): NtXentPasses {
  return hasKernel("AlikeNtXentRows") ? kernelPasses : composedPasses;
}

function check(rows: number, temperature: number): void {
  if (rows < 2 || rows % 2 !== 0) {
    throw new InternalError(`Cannot compare pairs: there must be an even number of rows, ${rows}`);
  }
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new InternalError(`Cannot compare pairs: temperature must be above 0, ${temperature}`);
  }
}

/** Compares this replica's rows with all, and gathers the figures of everyone's. */
function compare(z: tf.Tensor2D, temperature: number, collective: Collective | undefined) {
  const [count] = z.shape;
  check(count, temperature);
  const { normalise, rows } = passes();
  if (collective === undefined || collective.size === 1) {
    const given = { all: normalise(z), first: 0, temperature };
    return { given, ...rows(given, count) };
  }
  const all = allGatherRows(normalise(z), collective);
  const given = { all, first: collective.rank * count, temperature };
  const own = rows(given, count);
  const figures = tf.stack([own.loss, own.logSumExp, own.correct], 1);
  const [loss, logSumExp, correct] = tf.unstack(allGatherRows(figures, collective), 1) as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  return { given, loss, logSumExp, correct };
}

/**
 * L = 1/T Σ_i −log( exp(cos(z_i, z_pair(i)) / τ) / Σ_{k≠i} exp(cos(z_i, z_k) / τ) ) over the T rows
 * of all replicas.
 *
 * With several replicas each gives its own rows, and gets the global loss and the gradient of that
 * with respect to its own rows: summing parameter gradients over replicas is right.
 *
 * On wasm and webgpu memory grows with T and not with T²: the similarities are computed twice, by tiles.
 *
 * @param z `[2K, D]`, float32, of any length; rows 2k and 2k+1 are a pair. A row of zeros is
 * orthogonal to all and gets no gradient.
 * @throws {InternalError} If rows are odd in number or the temperature is not above 0.
 *
 * @example
 * ```ts
 * const { loss } = ntXent(z, { temperature: 0.5, collective: singleReplica });
 * ```
 */
export function ntXent(z: tf.Tensor2D, { temperature, collective }: NtXentOptions): NtXentResult {
  // Both as one tensor: an operation with a gradient of ours has one output.
  const both = withGradient<tf.Tensor1D>([z], (save) => {
    const { given, loss, logSumExp, correct } = compare(z, temperature, collective);
    const { all, first } = given;
    save([z, all, loss, logSumExp]);
    return {
      value: tf.stack([tf.mean(loss), tf.mean(correct)]) as tf.Tensor1D,
      gradient: (dy, saved) => {
        const [z, all, loss, logSumExp] = saved as [
          tf.Tensor2D,
          tf.Tensor2D,
          tf.Tensor1D,
          tf.Tensor1D,
        ];
        const dLoss = tf.reshape(tf.slice(dy, 0, 1), []) as tf.Scalar;
        return [passes().gradient({ all, first, temperature }, z, { loss, logSumExp }, dLoss)];
      },
    };
  });
  const [loss, contrastiveAccuracy] = tf.unstack(both) as [tf.Scalar, tf.Scalar];
  return { loss, contrastiveAccuracy };
}

/**
 * The share of all rows whose pair is more similar than every other row; a tie does not count, so
 * that a collapsed encoder scores 0.
 *
 * Where the loss is computed too, {@linkcode ntXent} answers the same without a second pass.
 *
 * @param z As for {@linkcode ntXent}. @param options `collective`: the replicas whose rows are
 * compared with; without, this one's alone. @returns In 0..1; its gradient is zero.
 * @throws {InternalError} If rows are odd in number.
 */
export function contrastiveAccuracy(
  z: tf.Tensor2D,
  { collective }: { collective?: Collective } = {},
): tf.Scalar {
  // Which row is most similar does not depend on the temperature.
  return constant(z, () => tf.mean(compare(z, 1, collective).correct) as tf.Scalar);
}

/** NT-Xent of plain numbers. */
export interface NtXentValues {
  /** Mean over all rows. */
  loss: number;
  /** Loss of each row. */
  perRow: Float32Array;
  /** Of `loss`, with respect to each of the embeddings' numbers, in their order. */
  gradient: Float32Array;
}

/**
 * NT-Xent and its gradient for embeddings computed elsewhere, on the current backend.
 *
 * @param embeddings `rows` times `d` numbers, row by row; rows 2k and 2k+1 are a pair.
 * @throws {InternalError} If sizes do not fit or the temperature is not above 0.
 */
export async function ntXentValueAndGradient(
  embeddings: Float32Array,
  rows: number,
  d: number,
  temperature: number,
): Promise<NtXentValues> {
  check(rows, temperature);
  if (embeddings.length !== rows * d) {
    throw new InternalError(
      `Cannot compare pairs: ${rows} rows of ${d} are not ${embeddings.length} numbers`,
    );
  }
  const tensors = tf.tidy(() => {
    const { normalise, rows: compareRows, gradient } = passes();
    const z = tf.tensor2d(embeddings, [rows, d]);
    const given = { all: normalise(z), first: 0, temperature };
    const figures = compareRows(given, rows);
    return { loss: figures.loss, gradient: gradient(given, z, figures, tf.scalar(1)) };
  });
  try {
    const perRow = await tensors.loss.data<"float32">();
    return {
      loss: perRow.reduce((sum, value) => sum + value, 0) / rows,
      perRow,
      gradient: await tensors.gradient.data<"float32">(),
    };
  } finally {
    tf.dispose(tensors);
  }
}
