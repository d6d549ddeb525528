/** Every way there is to make a view, and how its numbers are compared. @module */
import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { augmentBatch, augmentComposed } from "../../src/data/augment/augment.ts";
import {
  applyFilters,
  filterComposed,
  type Normalization,
} from "../../src/data/augment/filters.ts";
import { AugmentOptions } from "../../src/schemas/recipe.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { hasRelaxedSimd, instantiateKernels } from "../../src/tensor/kernels/module.ts";
import { emscriptenModule } from "../../src/tensor/wasm_heap.ts";
import { WEBGPU_BACKENDS } from "./test_backends.ts";

// Silences a banner of the cpu backend.
tf.enableProdMode();

/** Values stay in 0..1. */
export const RAW: Normalization = { mean: 0, standardDeviation: 1 };

/** Everything that can happen, often. */
export const OPTIONS = AugmentOptions.parse({
  jitter: { probability: 0.9, brightness: 0.6, contrast: 0.6, saturation: 0.6, hue: 0.4 },
  grey: 0.3,
  rotate90: 0.5,
  tilt: 0,
});

type Augment = typeof augmentComposed;

const fused: Augment = (batch, parameters, normalization) =>
  augmentBatch(batch, [parameters], normalization);

/** One way. */
export interface Implementation {
  name: string;
  /** Cannot run on this machine. */
  ignore?: boolean;
  start: () => Promise<unknown>;
  augment: Augment;
  filter: typeof filterComposed;
}

/** Every way there is to make a view. */
export const implementations: Implementation[] = [
  {
    name: "composed on cpu",
    start: () => tf.setBackend("cpu"),
    augment: augmentComposed,
    filter: filterComposed,
  },
  {
    name: "composed on wasm",
    start: () => selectBackend("wasm"),
    augment: augmentComposed,
    filter: filterComposed,
  },
  {
    name: "composed on webgpu (where there is an adapter)",
    ignore: WEBGPU_BACKENDS.length === 0,
    start: startWebgpu,
    augment: augmentComposed,
    filter: filterComposed,
  },
  {
    name: "fused, plain SIMD",
    start: () => startWasm("simd"),
    augment: fused,
    filter: applyFilters,
  },
  {
    name: "fused on webgpu (where there is an adapter)",
    ignore: WEBGPU_BACKENDS.length === 0,
    start: startWebgpu,
    augment: fused,
    filter: applyFilters,
  },
  {
    name: "fused, relaxed SIMD (where there is any)",
    ignore: !hasRelaxedSimd(),
    start: () => startWasm("relaxed"),
    augment: fused,
    filter: applyFilters,
  },
];

/** Those that can run here. */
export const runnable = implementations.filter(({ ignore }) => !ignore);

/** Starts WASM with one build of our kernels. */
export async function startWasm(build: "simd" | "relaxed") {
  await selectBackend("wasm");
  await instantiateKernels(emscriptenModule(tf.backend() as BackendWasm).asm.memory, build);
}

/** Starts WebGPU, once. */
async function startWebgpu() {
  if (tf.findBackend("webgpu")) await tf.setBackend("webgpu");
  else await selectBackend("webgpu");
}

/** A tensor's numbers; it is disposed. */
export async function take(x: tf.Tensor): Promise<Float32Array> {
  const values = (await x.data<"float32">()).slice();
  x.dispose();
  return values;
}

/** Fails where a number is further from its expected value than `tolerance`, or no number. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  label: string,
) {
  assertEquals(actual.length, expected.length, label);
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    if (!(error <= tolerance)) {
      throw new Error(`${label}: [${i}] is ${actual[i]}, expected ${expected[i]}`);
    }
  }
}
