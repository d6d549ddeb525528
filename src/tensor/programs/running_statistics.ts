/** Running mean and variance in place, the program of `src/tensor/ops/running_statistics.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { type Program, runProgram } from "./run_program.ts";
import { sizeOf } from "./size_of.ts";

const program: Program = {
  name: "AlikeRunningStatistics",
  outputs: { mean: "f32", variance: "f32" },
  inputs: { batchMean: "f32", batchVariance: "f32" },
  uniforms: { channels: "u32", kept: "f32", momentum: "f32", unbiased: "f32" },
  code: () =>
    flatMain(
      "u.channels",
      `
  mean[i] = u.kept * mean[i] + u.momentum * batchMean[i];
  variance[i] = u.kept * variance[i] + u.momentum * (batchVariance[i] * u.unbiased);`,
    ),
};

interface Call {
  inputs: Record<"mean" | "variance" | "batchMean" | "batchVariance", tf.TensorInfo>;
  backend: WebGPUBackend;
  attrs: { momentum: number; unbiased: number };
}

function runningStatistics({ inputs, backend, attrs }: Call): tf.TensorInfo[] {
  const channels = sizeOf(inputs.mean);
  const uniforms = { ...attrs, channels, kept: 1 - attrs.momentum };
  runProgram(backend, program, inputs, uniforms, flatGroups(channels));
  return [];
}

/** Writes into `mean` and `variance`, which must not share their data with other tensors. */
export const runningStatisticsConfig: tf.KernelConfig = {
  kernelName: "AlikeRunningStatistics",
  backendName: "webgpu",
  kernelFunc: runningStatistics as unknown as tf.KernelFunc,
};
