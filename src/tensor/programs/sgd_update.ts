/** SGD's step in place, the program of `src/tensor/ops/sgd_update.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { type Program, runProgram } from "./run_program.ts";
import { sizeOf } from "./size_of.ts";

const program: Program = {
  name: "AlikeSgdUpdate",
  outputs: { variable: "f32", velocity: "f32" },
  inputs: { gradient: "f32" },
  uniforms: {
    count: "u32",
    learningRate: "f32",
    momentum: "f32",
    weightDecay: "f32",
    nesterov: "u32",
  },
  code: () =>
    flatMain(
      "u.count",
      `
  let w = variable[i];
  let g = gradient[i] + u.weightDecay * w;
  let moved = u.momentum * velocity[i] + g;
  velocity[i] = moved;
  variable[i] = w - u.learningRate * select(moved, g + u.momentum * moved, u.nesterov == 1u);`,
    ),
};

interface Call {
  inputs: Record<"variable" | "gradient" | "velocity", tf.TensorInfo>;
  backend: WebGPUBackend;
  attrs: { learningRate: number; momentum: number; nesterov: boolean; weightDecay: number };
}

function sgdUpdate({ inputs, backend, attrs }: Call): tf.TensorInfo[] {
  const count = sizeOf(inputs.variable);
  const uniforms = { ...attrs, count, nesterov: Number(attrs.nesterov) };
  runProgram(backend, program, inputs, uniforms, flatGroups(count));
  return [];
}

/** Writes into `variable` and `velocity`, which must not share their data with other tensors. */
export const sgdUpdateConfig: tf.KernelConfig = {
  kernelName: "AlikeSgdUpdate",
  backendName: "webgpu",
  kernelFunc: sgdUpdate as unknown as tf.KernelFunc,
};
