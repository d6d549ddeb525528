/**
 * Batch normalisation with an optional residual and ReLU in the same pass.
 *
 * Ioffe and Szegedy, "Batch Normalization", 2015 (arXiv:1502.03167); statistics over all replicas
 * as SimCLR has it, so that a replica cannot tell views apart by its own statistics.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";
import type { Collective } from "../../parallel/collective.ts";
import {
  type Affine,
  type BatchNormPasses,
  composedPasses,
  kernelPasses,
  type Statistics,
} from "./batch_norm_passes.ts";
import { hasKernel } from "./has_kernel.ts";
import { allReduceSum, readSync } from "./replicas.ts";
import { withGradient } from "./with_gradient.ts";

/** Options of {@linkcode batchNormInference}. */
export interface BatchNormOptions {
  /** Added to the variance. */
  epsilon: number;
  /** Whether a ReLU follows. */
  relu: boolean;
  /** Added before the ReLU; of x's shape. */
  residual?: tf.Tensor;
}

/** Options of {@linkcode batchNormTraining}. */
export interface BatchNormTrainingOptions extends BatchNormOptions {
  /** The replicas that share the statistics. */
  collective: Collective;
}

/** What {@linkcode batchNormTraining} answers. */
export interface BatchNormTrainingResult<T extends tf.Tensor> {
  y: T;
  /** Of the global batch, `[C]`, for the running statistics; no gradient goes through it. */
  mean: tf.Tensor1D;
  /** The biased variance of the global batch, `[C]`; no gradient goes through it. */
  variance: tf.Tensor1D;
  /** Rows (all axes but the last) of the global batch. */
  count: number;
}

function passes(): BatchNormPasses {
  return hasKernel("AlikeBatchNormApply") ? kernelPasses : composedPasses;
}

function check(x: tf.Tensor, vectors: tf.Tensor[], residual: tf.Tensor | undefined): void {
  const channels = x.shape.at(-1);
  if (vectors.some(({ shape }) => shape.length !== 1 || shape[0] !== channels)) {
    throw new InternalError(
      `Cannot normalise: x is [${x.shape}], its parameters must be [${channels}] and are ` +
        vectors.map(({ shape }) => `[${shape}]`).join(", "),
    );
  }
  if (residual !== undefined && !tf.util.arraysEqual(residual.shape, x.shape)) {
    throw new InternalError(
      `Cannot add the residual: x is [${x.shape}], it is [${residual.shape}]`,
    );
  }
}

/**
 * The statistics of all replicas' rows together, from each one's own (Chan et al., 1979): the same
 * bits on each replica.
 */
function combine(
  local: Statistics,
  rows: number,
  collective: Collective,
): Statistics & { count: number } {
  if (collective.size === 1) return { ...local, count: rows };
  const channels = local.mean.size;
  const gathered = collective.allGather(
    Float32Array.of(...readSync(local.mean), ...readSync(local.variance), rows),
  );
  const stride = 2 * channels + 1;
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let count = 0;
  for (let replica = 0; replica < collective.size; replica++) {
    const at = replica * stride;
    const more = gathered[at + 2 * channels]!;
    for (let c = 0; c < channels; c++) {
      const delta = gathered[at + c]! - mean[c]!;
      mean[c]! += delta * more / (count + more);
      squares[c]! += gathered[at + channels + c]! * more +
        delta * delta * count * more / (count + more);
    }
    count += more;
  }
  return {
    mean: tf.tensor1d(Float32Array.from(mean)),
    variance: tf.tensor1d(Float32Array.from(squares, (value) => value / count)),
    count,
  };
}

/** The gradients of beta and gamma that the statistics' own gradient is made of. */
type Sums = { dBeta: tf.Tensor1D; dGamma: tf.Tensor1D; count: number };

/**
 * @param statisticsSums What goes through the statistics into x's gradient, from the local
 * gradients of beta and gamma.
 */
function normalise<T extends tf.Tensor>(
  x: T,
  { gamma, beta, ...statistics }: Affine,
  { epsilon, relu, residual }: BatchNormOptions,
  statisticsSums: (local: Omit<Sums, "count">) => Sums,
): T {
  const { apply, reduceGradient, applyGradient } = passes();
  const inputs = residual === undefined ? [x, gamma, beta] : [x, gamma, beta, residual];
  return withGradient(inputs, (save) => {
    const value = apply(x, { gamma, beta, ...statistics }, { epsilon, relu, residual });
    save([x, gamma, statistics.mean, statistics.variance, ...(relu ? [value] : [])]);
    return {
      value: value as T,
      gradient: (dy, saved) => {
        const [x, gamma, mean, variance, y] = saved as [
          tf.Tensor,
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor?,
        ];
        const backward = { dy, x, y, mean, variance };
        const local = reduceGradient(backward, epsilon);
        const { dx, dResidual } = applyGradient(
          { ...backward, gamma },
          statisticsSums(local),
          { epsilon, residual: residual !== undefined },
        );
        const gradients = [dx, local.dGamma, local.dBeta];
        return dResidual === undefined ? gradients : [...gradients, dResidual];
      },
    };
  });
}

/**
 * y = relu?(gamma · (x − mean) / √(variance + ε) + beta (+ residual)) by the statistics of the
 * global batch.
 *
 * Differentiable in x, gamma, beta and residual; the gradients of gamma and beta are those of the
 * rows that are here, to be summed over replicas with all others.
 *
 * @param x `[..., C]`, float32. @param gamma `[C]`. @param beta `[C]`.
 * @throws {InternalError} If shapes do not fit.
 */
export function batchNormTraining<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  options: BatchNormTrainingOptions,
): BatchNormTrainingResult<T> {
  const { residual, collective } = options;
  check(x, [gamma, beta], residual);
  const rows = x.size / x.shape.at(-1)!;
  const { mean, variance, count } = combine(passes().statistics(x), rows, collective);
  const y = normalise(x, { mean, variance, gamma, beta }, options, ({ dBeta, dGamma }) => {
    if (collective.size === 1) return { dBeta, dGamma, count };
    const sums = allReduceSum(tf.stack([dBeta, dGamma]), collective);
    const [sumBeta, sumGamma] = tf.unstack(sums) as [tf.Tensor1D, tf.Tensor1D];
    return { dBeta: sumBeta, dGamma: sumGamma, count };
  });
  return { y, mean, variance, count };
}

/**
 * The same by given statistics, in one pass.
 *
 * Differentiable in x, gamma, beta and residual; the statistics are constants.
 *
 * @param x `[..., C]`, float32. @param mean `[C]`. @param variance `[C]`, at least 0.
 * @param gamma `[C]`. @param beta `[C]`.
 * @throws {InternalError} If shapes do not fit.
 */
export function batchNormInference<T extends tf.Tensor>(
  x: T,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  options: BatchNormOptions,
): T {
  check(x, [mean, variance, gamma, beta], options.residual);
  return normalise(x, { mean, variance, gamma, beta }, options, ({ dBeta, dGamma }) => ({
    dBeta: tf.zerosLike(dBeta),
    dGamma: tf.zerosLike(dGamma),
    count: 1,
  }));
}
