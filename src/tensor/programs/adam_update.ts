/** Adam's step in place, the program of `src/tensor/ops/adam_update.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { type Program, runProgram } from "./run_program.ts";
import { sizeOf } from "./size_of.ts";

const program: Program = {
  name: "AlikeAdamUpdate",
  outputs: { variable: "f32", m: "f32", v: "f32" },
  inputs: { gradient: "f32" },
  uniforms: {
    count: "u32",
    beta1: "f32",
    beta2: "f32",
    // 1 - beta, taken before rounding: 1 - 0.999 has three digits less in float32.
    rest1: "f32",
    rest2: "f32",
    rate: "f32",
    correction: "f32",
    epsilon: "f32",
    weightDecay: "f32",
  },
  code: () =>
    flatMain(
      "u.count",
      `
  let w = variable[i];
  let g = gradient[i] + u.weightDecay * w;
  let first = u.beta1 * m[i] + u.rest1 * g;
  let second = u.beta2 * v[i] + u.rest2 * g * g;
  m[i] = first;
  v[i] = second;
  variable[i] = w - u.rate * first / (sqrt(second) * u.correction + u.epsilon);`,
    ),
};

interface Call {
  inputs: Record<"variable" | "gradient" | "m" | "v", tf.TensorInfo>;
  backend: WebGPUBackend;
  attrs: Record<"beta1" | "beta2" | "rate" | "correction" | "epsilon" | "weightDecay", number>;
}

function adamUpdate({ inputs, backend, attrs }: Call): tf.TensorInfo[] {
  const count = sizeOf(inputs.variable);
  const uniforms = { ...attrs, count, rest1: 1 - attrs.beta1, rest2: 1 - attrs.beta2 };
  runProgram(backend, program, inputs, uniforms, flatGroups(count));
  return [];
}

/** Writes into `variable`, `m` and `v`, which must not share their data with other tensors. */
export const adamUpdateConfig: tf.KernelConfig = {
  kernelName: "AlikeAdamUpdate",
  backendName: "webgpu",
  kernelFunc: adamUpdate as unknown as tf.KernelFunc,
};
