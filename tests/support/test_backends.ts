/**
 * The backends that operations are tested on.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { selectBackend } from "../../src/tensor/backend.ts";
import {
  hasRelaxedSimd,
  instantiateKernels,
  type KernelBuild,
} from "../../src/tensor/kernels/module.ts";
import { emscriptenModule } from "../../src/tensor/wasm_heap.ts";

/** Our kernels in both builds, and what is composed of tfjs's own operations. */
export type TestBackend = "wasm relaxed" | "wasm simd" | "cpu" | "webgpu";

/** The backends with our kernels that run here. */
export const KERNEL_BACKENDS: TestBackend[] = hasRelaxedSimd()
  ? ["wasm relaxed", "wasm simd"]
  : ["wasm simd"];

/** These and tfjs's plain cpu backend, where operations are composed. */
export const TEST_BACKENDS: TestBackend[] = [...KERNEL_BACKENDS, "cpu"];

// Without Vulkan, wgpu takes Mesa's OpenGL, which is slow and aborts the process at its end.
if (Deno.build.os === "linux") Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");

/** WebGPU, where there is an adapter, software or not. */
export const WEBGPU_BACKENDS: TestBackend[] =
  "gpu" in navigator && await navigator.gpu.requestAdapter() !== null ? ["webgpu"] : [];

/** Makes a backend tfjs's current one. */
export async function useBackend(backend: TestBackend): Promise<void> {
  if (backend === "cpu") {
    tf.enableProdMode();
    await tf.setBackend("cpu");
    return;
  }
  if (backend === "webgpu") {
    await selectBackend("webgpu");
    return;
  }
  await selectBackend("wasm");
  const build = backend.slice("wasm ".length) as KernelBuild;
  await instantiateKernels(emscriptenModule(tf.backend() as BackendWasm).asm.memory, build);
}

/**
 * Runs `work` on a backend.
 *
 * @throws {Error} If it leaves a tensor behind.
 */
export async function onBackend(
  backend: TestBackend,
  work: () => void | Promise<void>,
): Promise<void> {
  await useBackend(backend);
  const before = tf.memory().numTensors;
  await work();
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`${left} tensors were left behind on ${backend}`);
}
