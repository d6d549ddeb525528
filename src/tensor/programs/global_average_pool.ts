/**
 * The mean over an image's pixels and its gradient, one dispatch each.
 *
 * tfjs's gradient of a mean multiplies by ones of the input's shape, which it uploads each time.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { makeOutput } from "./make_output.ts";
import { type Program, runProgram } from "./run_program.ts";
import { sizeOf } from "./size_of.ts";

/** An invocation does a channel of an image: neighbours read neighbouring numbers. */
const meanProgram: Program = {
  name: "AlikeGlobalAveragePool",
  outputs: { y: "f32" },
  inputs: { x: "f32" },
  uniforms: { count: "u32", pixels: "u32", channels: "u32" },
  code: () =>
    flatMain(
      "u.count",
      `
  let start = i / u.channels * u.pixels * u.channels + i % u.channels;
  var sum = 0.0;
  for (var pixel = 0u; pixel < u.pixels; pixel++) { sum += x[start + pixel * u.channels]; }
  y[i] = sum / f32(u.pixels);`,
    ),
};

const gradientProgram: Program = {
  name: "AlikeGlobalAveragePoolGradient",
  outputs: { dx: "f32" },
  inputs: { dy: "f32" },
  uniforms: { count: "u32", pixels: "u32", channels: "u32" },
  code: () =>
    flatMain(
      "u.count",
      `
  let image = i / (u.pixels * u.channels);
  dx[i] = dy[image * u.channels + i % u.channels] / f32(u.pixels);`,
    ),
};

interface Call {
  inputs: { x: tf.TensorInfo };
  backend: WebGPUBackend;
}

function mean({ inputs: { x }, backend }: Call): tf.TensorInfo {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const y = makeOutput(backend, [images, channels]);
  const uniforms = { count: images * channels, pixels: height * width, channels };
  runProgram(backend, meanProgram, { x, y }, uniforms, flatGroups(uniforms.count));
  return y;
}

/** `{x [N, H, W, C]}` → `[N, C]`. */
export const globalAveragePoolConfig: tf.KernelConfig = {
  kernelName: "AlikeGlobalAveragePool",
  backendName: "webgpu",
  kernelFunc: mean as unknown as tf.KernelFunc,
};

interface GradientCall {
  inputs: { dy: tf.TensorInfo };
  backend: WebGPUBackend;
  attrs: { shape: [number, number, number, number] };
}

function gradient({ inputs: { dy }, backend, attrs: { shape } }: GradientCall): tf.TensorInfo {
  const dx = makeOutput(backend, shape);
  const [, height, width, channels] = shape;
  const uniforms = { count: sizeOf(dx), pixels: height * width, channels };
  runProgram(backend, gradientProgram, { dx, dy }, uniforms, flatGroups(uniforms.count));
  return dx;
}

/** `{dy [N, C]}`, `{shape: [N, H, W, C]}` → the gradient of x. */
export const globalAveragePoolGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeGlobalAveragePoolGradient",
  backendName: "webgpu",
  kernelFunc: gradient as unknown as tf.KernelFunc,
};
