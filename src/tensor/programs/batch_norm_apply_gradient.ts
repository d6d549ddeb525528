/**
 * The gradients of x and of the residual, two dispatches.
 *
 * By itself it would bind ten buffers, and eight is all that every device has: so what there is of
 * each channel is first worked out into one, dx = a g - (b (x - mean) + c).
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { lanesOf } from "./lanes.ts";
import { makeOutput } from "./make_output.ts";
import { type Program, runProgram } from "./run_program.ts";
import { sizeOf } from "./size_of.ts";

const coefficientsProgram: Program = {
  name: "AlikeBatchNormApplyGradient coefficients",
  outputs: { coefficients: "f32" },
  inputs: { mean: "f32", variance: "f32", gamma: "f32", sumBeta: "f32", sumGamma: "f32" },
  uniforms: { channels: "u32", rows: "f32", epsilon: "f32" },
  code: () =>
    flatMain(
      "u.channels",
      `
  let deviation = sqrt(variance[i] + u.epsilon);
  let scale = gamma[i] / deviation;
  coefficients[i] = scale;
  coefficients[i + u.channels] = scale * (sumGamma[i] / u.rows) / deviation;
  coefficients[i + 2u * u.channels] = scale * (sumBeta[i] / u.rows);
  coefficients[i + 3u * u.channels] = mean[i];`,
    ),
};

const applyProgram = (
  { count, float }: ReturnType<typeof lanesOf>,
  relu: boolean,
  residual: boolean,
): Program => ({
  name: `AlikeBatchNormApplyGradient by ${count}${relu ? " relu" : ""}${
    residual ? " residual" : ""
  }`,
  outputs: { dx: float, ...(residual ? { dResidual: float } : {}) },
  inputs: { dy: float, x: float, coefficients: float, ...(relu ? { y: float } : {}) },
  uniforms: { count: "u32", channels: "u32" },
  code: () =>
    flatMain(
      "u.count",
      `
  let c = i % u.channels;
  let g = ${relu ? `select(${float}(0.0), dy[i], y[i] > ${float}(0.0))` : "dy[i]"};
  let centred = x[i] - coefficients[c + 3u * u.channels];
  let mean = coefficients[c + u.channels] * centred + coefficients[c + 2u * u.channels];
  dx[i] = coefficients[c] * g - mean;
  ${residual ? "dResidual[i] = g;" : ""}`,
    ),
});

type Inputs =
  & Record<"dy" | "x" | "mean" | "variance" | "gamma" | "sumBeta" | "sumGamma", tf.TensorInfo>
  & { y?: tf.TensorInfo };

interface Call {
  inputs: Inputs;
  backend: WebGPUBackend;
  attrs: { epsilon: number; count: number; residual: boolean };
}

function applyGradient({ inputs, backend, attrs }: Call): tf.TensorInfo[] {
  const { x, y } = inputs;
  const channels = x.shape.at(-1)!;
  const coefficients = makeOutput(backend, [4, channels]);
  runProgram(
    backend,
    coefficientsProgram,
    { ...inputs, coefficients },
    { channels, rows: attrs.count, epsilon: attrs.epsilon },
    flatGroups(channels),
  );
  const lanes = lanesOf(x);
  const count = sizeOf(x) / lanes.count;
  const dx = makeOutput(backend, x.shape);
  const outputs = attrs.residual ? { dx, dResidual: makeOutput(backend, x.shape) } : { dx };
  runProgram(
    backend,
    applyProgram(lanes, y !== undefined, attrs.residual),
    { ...inputs, coefficients, ...outputs },
    { count, channels: channels / lanes.count },
    flatGroups(count),
  );
  backend.disposeData(coefficients.dataId);
  return Object.values(outputs);
}

/**
 * `{dy, x, y?, mean, variance, gamma, sumBeta, sumGamma}`, `{epsilon, count, residual}` →
 * `[dx]`, or `[dx, dResidual]` where `residual` is set.
 */
export const batchNormApplyGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormApplyGradient",
  backendName: "webgpu",
  kernelFunc: applyGradient as unknown as tf.KernelFunc,
};
