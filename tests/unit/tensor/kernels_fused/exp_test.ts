import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { kernel } from "../../../../src/tensor/kernels/module.ts";
import { emscriptenModule, withScratch } from "../../../../src/tensor/wasm_heap.ts";
import { KERNEL_BACKENDS, onBackend } from "../../../support/test_backends.ts";

/** e^x of each number by the kernel. */
function exponential(x: Float32Array): Float32Array {
  const backend = tf.backend() as BackendWasm;
  return withScratch(backend, x.byteLength, (address) =>
    withScratch(backend, 256, (table) => {
      new Float32Array(emscriptenModule(backend).HEAPU8.buffer, address, x.length).set(x);
      kernel("exponential")(address, address, x.length, table);
      return new Float32Array(emscriptenModule(backend).HEAPU8.buffer, address, x.length).slice();
    }));
}

for (const backend of KERNEL_BACKENDS) {
  Deno.test(`the vector exponential is within 2e-7 over its range on ${backend}`, () =>
    onBackend(backend, () => {
      const count = 200_001;
      const x = Float32Array.from({ length: count }, (_, i) => -87.3 + 175.3 * i / (count - 1));
      let worst = 0;
      exponential(x).forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value / Math.exp(x[i]!) - 1));
      });
      assert(worst < 2e-7, `largest relative error ${worst}`);
    }));

  Deno.test(`the vector exponential is exact at 0 and right beyond its range on ${backend}`, () =>
    onBackend(backend, () => {
      const [zero, low, lowest, nan, high] = exponential(
        Float32Array.of(0, -87.4, -Infinity, NaN, Infinity),
      );
      assertEquals([zero, low, lowest, nan], [1, 0, 0, NaN]);
      assertAlmostEquals(high! / Math.exp(88), 1, 2e-7);
    }));
}
