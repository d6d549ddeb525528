/** The gradients of beta and gamma, two dispatches: a sum over the rows of each channel. @module */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  channelsMain,
  channelsTree,
  type ChannelTiles,
  CHUNK,
  CHUNKS,
  shared,
  tileChannels,
} from "./channels.ts";
import { makeOutput } from "./make_output.ts";
import { type Program, runProgram } from "./run_program.ts";

const MERGE = `
${shared("betas")}
${shared("gammas")}
fn merge(a: u32, b: u32) {
  betas[a] += betas[b];
  gammas[a] += gammas[b];
}`;

const partialProgram = (width: number, relu: boolean): Program => ({
  name: `AlikeBatchNormReduceGradient chunks of ${width}${relu ? " relu" : ""}`,
  outputs: { partial: "f32" },
  inputs: { dy: "f32", x: "f32", mean: "f32", variance: "f32", ...(relu ? { y: "f32" } : {}) },
  uniforms: { rows: "u32", channels: "u32", chunkRows: "u32", epsilon: "f32" },
  code: () =>
    MERGE + channelsMain(
      width,
      CHUNK,
      `
  var beta = 0.0;
  var gamma = 0.0;
  if (inside) {
    let centre = mean[c];
    for (var row = first; row < end; row += HEIGHT) {
      let i = row * u.channels + c;
      let g = ${relu ? "select(0.0, dy[i], y[i] > 0.0)" : "dy[i]"};
      beta += g;
      gamma += g * (x[i] - centre);
    }
    gamma /= sqrt(variance[c] + u.epsilon);
  }
  betas[index] = beta;
  gammas[index] = gamma;
  ${channelsTree()}
  if (inside && local.y == 0u) {
    let at = group.y * 2u * u.channels + c;
    partial[at] = betas[index];
    partial[at + u.channels] = gammas[index];
  }`,
    ),
});

const sumProgram = (width: number): Program => ({
  name: `AlikeBatchNormReduceGradient of ${width}`,
  outputs: { dBeta: "f32", dGamma: "f32" },
  inputs: { partial: "f32" },
  uniforms: { channels: "u32", chunks: "u32" },
  code: () =>
    MERGE + channelsMain(
      width,
      CHUNKS,
      `
  var beta = 0.0;
  var gamma = 0.0;
  if (inside) {
    for (var chunk = first; chunk < end; chunk += HEIGHT) {
      let at = chunk * 2u * u.channels + c;
      beta += partial[at];
      gamma += partial[at + u.channels];
    }
  }
  betas[index] = beta;
  gammas[index] = gamma;
  ${channelsTree()}
  if (inside && local.y == 0u) {
    dBeta[c] = betas[index];
    dGamma[c] = gammas[index];
  }`,
    ),
});

type Inputs = Record<"dy" | "x" | "mean" | "variance", tf.TensorInfo> & { y?: tf.TensorInfo };

interface Call {
  inputs: Inputs;
  backend: WebGPUBackend;
  attrs: { epsilon: number };
}

function reduceGradient({ inputs, backend, attrs: { epsilon } }: Call): tf.TensorInfo[] {
  const { width, columns, chunks, ...sizes }: ChannelTiles = tileChannels(inputs.x);
  const partial = makeOutput(backend, [chunks, 2, sizes.channels]);
  const dBeta = makeOutput(backend, [sizes.channels]);
  const dGamma = makeOutput(backend, [sizes.channels]);
  const first = partialProgram(width, inputs.y !== undefined);
  runProgram(backend, first, { ...inputs, partial }, { ...sizes, epsilon }, [columns, chunks, 1]);
  const tensors = { dBeta, dGamma, partial };
  runProgram(backend, sumProgram(width), tensors, { ...sizes, chunks }, [columns, 1, 1]);
  backend.disposeData(partial.dataId);
  return [dBeta, dGamma];
}

/** `{dy, x, y? (with ReLU), mean, variance}`, `{epsilon}` → `[dBeta, dGamma]`. */
export const batchNormReduceGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormReduceGradient",
  backendName: "webgpu",
  kernelFunc: reduceGradient as unknown as tf.KernelFunc,
};
