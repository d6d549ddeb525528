/**
 * Mean and variance of channels, the first program of batch normalisation.
 *
 * Each invocation sums deviations from the first number it sees, so that a mean far from zero costs
 * no digits; shares are merged by Chan, Golub and LeVeque's formula (1979).
 *
 * @module
 */
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
import { type Program, runProgram } from "./run_program.ts";
import { makeOutput } from "./make_output.ts";

/** Merging of two shares with count, mean and sum of squared deviations. */
const MERGE = `
${shared("counts")}
${shared("means")}
${shared("squares")}
fn merge(a: u32, b: u32) {
  let total = counts[a] + counts[b];
  if (counts[b] == 0.0) { return; }
  let delta = means[b] - means[a];
  means[a] += delta * (counts[b] / total);
  squares[a] += squares[b] + delta * delta * (counts[a] * (counts[b] / total));
  counts[a] = total;
}`;

const partialProgram = (width: number): Program => ({
  name: `AlikeBatchNormStatistics chunks of ${width}`,
  outputs: { partial: "f32" },
  inputs: { x: "f32" },
  uniforms: { rows: "u32", channels: "u32", chunkRows: "u32" },
  code: () =>
    MERGE + channelsMain(
      width,
      CHUNK,
      `
  var count = 0.0;
  var sum = 0.0;
  var square = 0.0;
  var shift = 0.0;
  if (inside && first < end) {
    shift = x[first * u.channels + c];
    for (var row = first; row < end; row += HEIGHT) {
      let deviation = x[row * u.channels + c] - shift;
      sum += deviation;
      square += deviation * deviation;
      count += 1.0;
    }
    sum /= count;
    square = max(0.0, square - sum * sum * count);
  }
  counts[index] = count;
  means[index] = shift + sum;
  squares[index] = square;
  ${channelsTree()}
  if (inside && local.y == 0u) {
    let at = group.y * 2u * u.channels + c;
    partial[at] = means[index];
    partial[at + u.channels] = squares[index];
  }`,
    ),
});

const mergeProgram = (width: number): Program => ({
  name: `AlikeBatchNormStatistics of ${width}`,
  outputs: { mean: "f32", variance: "f32" },
  inputs: { partial: "f32" },
  uniforms: { rows: "u32", channels: "u32", chunkRows: "u32", chunks: "u32" },
  code: () =>
    MERGE + channelsMain(
      width,
      CHUNKS,
      `
  counts[index] = 0.0;
  means[index] = 0.0;
  squares[index] = 0.0;
  if (inside) {
    for (var chunk = first; chunk < end; chunk += HEIGHT) {
      let at = chunk * 2u * u.channels + c;
      let count = f32(min(u.chunkRows, u.rows - chunk * u.chunkRows));
      let delta = partial[at] - means[index];
      let total = counts[index] + count;
      means[index] += delta * (count / total);
      squares[index] += partial[at + u.channels] + delta * delta * (counts[index] * (count / total));
      counts[index] = total;
    }
  }
  ${channelsTree()}
  if (inside && local.y == 0u) {
    mean[c] = means[index];
    variance[c] = squares[index] / f32(u.rows);
  }`,
    ),
});

interface Call {
  inputs: { x: tf.TensorInfo };
  backend: WebGPUBackend;
}

function statistics({ inputs: { x }, backend }: Call): tf.TensorInfo[] {
  const { width, columns, chunks, ...sizes }: ChannelTiles = tileChannels(x);
  const partial = makeOutput(backend, [chunks, 2, sizes.channels]);
  const mean = makeOutput(backend, [sizes.channels]);
  const variance = makeOutput(backend, [sizes.channels]);
  runProgram(backend, partialProgram(width), { partial, x }, sizes, [columns, chunks, 1]);
  const merge = mergeProgram(width);
  runProgram(backend, merge, { mean, variance, partial }, { ...sizes, chunks }, [columns, 1, 1]);
  backend.disposeData(partial.dataId);
  return [mean, variance];
}

/** `{x}` → `[mean, variance]`, both `[C]`, of the rows that are here. */
export const batchNormStatisticsConfig: tf.KernelConfig = {
  kernelName: "AlikeBatchNormStatistics",
  backendName: "webgpu",
  kernelFunc: statistics as unknown as tf.KernelFunc,
};
