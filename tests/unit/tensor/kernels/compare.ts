/**
 * Runs the same operation on tfjs's cpu backend (the reference: plain loops in double precision)
 * and on our WASM kernels, in either build.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { Random } from "../../../../src/random.ts";
import { selectBackend } from "../../../../src/tensor/backend.ts";
import {
  hasRelaxedSimd,
  instantiateKernels,
  type KernelBuild,
} from "../../../../src/tensor/kernels/module.ts";
import { emscriptenModule } from "../../../../src/tensor/wasm_heap.ts";

/** Numbers with their shape, off any backend. */
export interface Numbers {
  shape: number[];
  values: Float32Array;
}

/** Standard normal numbers, the same for the same key. */
export function normal(shape: number[], key: number): Numbers {
  const stream = new Random(7).stream("kernel test", [key]);
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { shape, values: Float32Array.from({ length: size }, () => stream.normal()) };
}

/** The builds that this engine can run. */
export const BUILDS: KernelBuild[] = hasRelaxedSimd() ? ["relaxed", "simd"] : ["simd"];

/** Makes WASM with the given build the current backend. */
export async function useBuild(build: KernelBuild): Promise<BackendWasm> {
  if (tf.getBackend() !== "wasm") await selectBackend("wasm");
  const backend = tf.backend() as BackendWasm;
  await instantiateKernels(emscriptenModule(backend).asm.memory, build);
  return backend;
}

/** Runs `operation` on the current backend and takes its result off it. */
export function run(operation: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: Numbers[]): Numbers {
  const tensors = inputs.map(({ shape, values }) => tf.tensor(values.slice(), shape));
  const result = tf.tidy(() => operation(...tensors));
  const numbers = { shape: result.shape, values: result.dataSync<"float32">() };
  result.dispose();
  for (const tensor of tensors) tensor.dispose();
  return numbers;
}

/** Runs `operation` on the cpu backend and comes back. */
export async function onCpu(
  operation: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: Numbers[],
): Promise<Numbers> {
  const before = tf.getBackend();
  await tf.setBackend("cpu");
  try {
    return run(operation, inputs);
  } finally {
    await tf.setBackend(before);
  }
}

/**
 * Throws unless all of `got` is within `tolerance` times the largest of `want`.
 *
 * Relative to the largest, since float32 sums that cancel keep the error of their terms.
 */
export function assertClose(got: Numbers, want: Numbers, what: string, tolerance = 1e-5): void {
  if (got.shape.join() !== want.shape.join()) {
    throw new Error(`${what}: shape [${got.shape}], expected [${want.shape}]`);
  }
  let scale = 1e-6;
  for (const value of want.values) scale = Math.max(scale, Math.abs(value));
  for (let i = 0; i < want.values.length; i++) {
    const error = Math.abs(got.values[i]! - want.values[i]!);
    if (!(error <= tolerance * scale)) {
      throw new Error(
        `${what}: element ${i} is ${got.values[i]}, expected ${want.values[i]} (scale ${scale})`,
      );
    }
  }
}
