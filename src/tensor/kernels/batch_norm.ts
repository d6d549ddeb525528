/**
 * The four kernels of batch normalisation; `src/tensor/ops/batch_norm.ts` says what they compute.
 *
 * Statistics and normalising are apart, as are the two passes of the gradient, because replicas
 * meet in between.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput, withScratch } from "../wasm_heap.ts";
import { kernel } from "./module.ts";

/** What a kernel is called with; `Inputs` names its tensors. */
interface Call<Inputs, Attributes> {
  inputs: Inputs;
  backend: BackendWasm;
  attrs: Attributes;
}

/** Channels are the last axis, rows all others together. */
function sizes(x: tf.TensorInfo): { rows: number; channels: number } {
  const channels = x.shape.at(-1)!;
  return { channels, rows: x.shape.slice(0, -1).reduce((product, size) => product * size, 1) };
}

/**
 * How many numbers the parameters of a channel-wise pass are repeated to: whole channels, whole
 * vectors, and enough of them that the loop over one period is not all overhead.
 */
function periodOf(channels: number): number {
  let period = channels;
  while (period < 64 || period % 4 !== 0) period += channels;
  return period;
}

function statistics({ inputs: { x }, backend }: Call<{ x: tf.TensorInfo }, undefined>) {
  const { rows, channels } = sizes(x);
  const mean = makeOutput(backend, [channels]);
  const variance = makeOutput(backend, [channels]);
  withScratch(backend, channels * 16, (scratch) => {
    kernel("batchNormStatistics")(
      addressOf(backend, x),
      rows,
      channels,
      mean.address,
      variance.address,
      scratch,
    );
  });
  return [mean.tensor, variance.tensor];
}

/** `{x}` → `[mean, variance]`, both `[C]`, of the rows that are here. */
export const batchNormStatisticsConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormStatistics",
  backendName: "wasm",
  kernelFunc: statistics as unknown as tf.KernelFunc,
};

type ApplyInputs = Record<"x" | "mean" | "variance" | "gamma" | "beta", tf.TensorInfo> & {
  residual?: tf.TensorInfo;
};

function apply(
  { inputs, backend, attrs }: Call<ApplyInputs, { epsilon: number; relu: boolean }>,
): tf.TensorInfo {
  const { x, mean, variance, gamma, beta, residual } = inputs;
  const { rows, channels } = sizes(x);
  const y = makeOutput(backend, x.shape);
  const period = periodOf(channels);
  withScratch(backend, period * 12, (scratch) => {
    kernel("batchNormApply")(
      addressOf(backend, x),
      addressOf(backend, mean),
      addressOf(backend, variance),
      addressOf(backend, gamma),
      addressOf(backend, beta),
      residual === undefined ? 0 : addressOf(backend, residual),
      y.address,
      rows,
      channels,
      period,
      attrs.epsilon,
      Number(attrs.relu),
      scratch,
    );
  });
  return y.tensor;
}

/** `{x, mean, variance, gamma, beta, residual?}`, `{epsilon, relu}` → y. */
export const batchNormApplyConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormApply",
  backendName: "wasm",
  kernelFunc: apply as unknown as tf.KernelFunc,
};

type ReduceInputs = Record<"dy" | "x" | "mean" | "variance", tf.TensorInfo> & {
  y?: tf.TensorInfo;
};

function reduceGradient(
  { inputs: { dy, x, y, mean, variance }, backend, attrs }: Call<
    ReduceInputs,
    { epsilon: number }
  >,
): tf.TensorInfo[] {
  const { rows, channels } = sizes(x);
  const dBeta = makeOutput(backend, [channels]);
  const dGamma = makeOutput(backend, [channels]);
  withScratch(backend, channels * 16, (scratch) => {
    kernel("batchNormReduceGradient")(
      addressOf(backend, dy),
      addressOf(backend, x),
      y === undefined ? 0 : addressOf(backend, y),
      addressOf(backend, mean),
      addressOf(backend, variance),
      dBeta.address,
      dGamma.address,
      rows,
      channels,
      attrs.epsilon,
      scratch,
    );
  });
  return [dBeta.tensor, dGamma.tensor];
}

/** `{dy, x, y? (with ReLU), mean, variance}`, `{epsilon}` → `[dBeta, dGamma]`. */
export const batchNormReduceGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormReduceGradient",
  backendName: "wasm",
  kernelFunc: reduceGradient as unknown as tf.KernelFunc,
};

type ApplyGradientInputs =
  & Record<
    "dy" | "x" | "mean" | "variance" | "gamma" | "sumBeta" | "sumGamma",
    tf.TensorInfo
  >
  & { y?: tf.TensorInfo };

function applyGradient(
  { inputs, backend, attrs }: Call<
    ApplyGradientInputs,
    { epsilon: number; count: number; residual: boolean }
  >,
): tf.TensorInfo[] {
  const { dy, x, y, mean, variance, gamma, sumBeta, sumGamma } = inputs;
  const { rows, channels } = sizes(x);
  const dx = makeOutput(backend, x.shape);
  const dResidual = attrs.residual ? makeOutput(backend, x.shape) : undefined;
  const period = periodOf(channels);
  withScratch(backend, period * 16, (scratch) => {
    kernel("batchNormApplyGradient")(
      addressOf(backend, dy),
      addressOf(backend, x),
      y === undefined ? 0 : addressOf(backend, y),
      addressOf(backend, mean),
      addressOf(backend, variance),
      addressOf(backend, gamma),
      addressOf(backend, sumBeta),
      addressOf(backend, sumGamma),
      dx.address,
      dResidual?.address ?? 0,
      rows,
      channels,
      period,
      attrs.count,
      attrs.epsilon,
      scratch,
    );
  });
  return dResidual === undefined ? [dx.tensor] : [dx.tensor, dResidual.tensor];
}

/**
 * `{dy, x, y?, mean, variance, gamma, sumBeta, sumGamma}`, `{epsilon, count, residual}` →
 * `[dx]`, or `[dx, dResidual]` where `residual` is set.
 */
export const batchNormApplyGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormApplyGradient",
  backendName: "wasm",
  kernelFunc: applyGradient as unknown as tf.KernelFunc,
};
