/**
 * WASM: tfjs's stock SIMD backend with our kernels on its heap.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type BackendWasm, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fileURLToPath } from "node:url";
import type { BackendProvider } from "./backend.ts";
import { registerKernels } from "./kernels/mod.ts";
import { instantiateKernels } from "./kernels/module.ts";
import { emscriptenModule, guardHeap } from "./wasm_heap.ts";

/** Starts the WASM backend; there is no machine that Deno runs on where it cannot. */
export const wasmProvider: BackendProvider = {
  name: "wasm",
  async start() {
    const entry = import.meta.resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(fileURLToPath(new URL("./", entry)));
    await tf.setBackend("wasm");
    const backend = tf.backend() as BackendWasm;
    guardHeap(backend);
    const build = await instantiateKernels(emscriptenModule(backend).asm.memory);
    registerKernels();
    return { adapter: build === "relaxed" ? "relaxed SIMD" : "SIMD" };
  },
};
