/**
 * Normalising with residual and ReLU, one dispatch.
 *
 * Bound by memory: x (and the residual) are read once and y is written once, four numbers at a
 * time where channels come in fours.
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

const applyProgram = (
  { count, float, isNan }: ReturnType<typeof lanesOf>,
  relu: boolean,
  residual: boolean,
): Program => ({
  name: `AlikeBatchNormApply by ${count}${relu ? " relu" : ""}${residual ? " residual" : ""}`,
  outputs: { y: float },
  inputs: {
    x: float,
    mean: float,
    variance: float,
    gamma: float,
    beta: float,
    ...(residual ? { residual: float } : {}),
  },
  uniforms: { count: "u32", channels: "u32", epsilon: "f32" },
  code: () =>
    (relu ? isNan : "") + flatMain(
      "u.count",
      `
  let c = i % u.channels;
  let scale = gamma[c] / sqrt(variance[c] + u.epsilon);
  let value = (x[i] - mean[c]) * scale + beta[c]${residual ? " + residual[i]" : ""};
  y[i] = ${
        // max() may hide what is not a number.
        relu ? `select(max(value, ${float}(0.0)), value, isNan(value))` : "value"};`,
    ),
});

type Inputs = Record<"x" | "mean" | "variance" | "gamma" | "beta", tf.TensorInfo> & {
  residual?: tf.TensorInfo;
};

interface Call {
  inputs: Inputs;
  backend: WebGPUBackend;
  attrs: { epsilon: number; relu: boolean };
}

function apply({ inputs, backend, attrs: { epsilon, relu } }: Call): tf.TensorInfo {
  const { x, residual } = inputs;
  const lanes = lanesOf(x);
  const y = makeOutput(backend, x.shape);
  const count = sizeOf(x) / lanes.count;
  const uniforms = { count, channels: x.shape.at(-1)! / lanes.count, epsilon };
  const program = applyProgram(lanes, relu, residual !== undefined);
  runProgram(backend, program, { ...inputs, y }, uniforms, flatGroups(count));
  return y;
}

/** `{x, mean, variance, gamma, beta, residual?}`, `{epsilon, relu}` → y. */
export const batchNormApplyConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormApply",
  backendName: "webgpu",
  kernelFunc: apply as unknown as tf.KernelFunc,
};
