/**
 * tfjs's WASM heap, as our kernels see it: addresses of tensors, outputs, scratch space.
 *
 * The stock SIMD build exports its `WebAssembly.Memory`; our module is instantiated on the same
 * memory, so tensors are shared without a copy. Views of the memory are detached when it grows:
 * take them anew at each use.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { OutOfMemoryError } from "../errors.ts";

/** The parts of emscripten's module that we use; tfjs's types leave some out. */
interface EmscriptenModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
  HEAPU8: Uint8Array<ArrayBuffer>;
  asm: { memory: WebAssembly.Memory };
}

/** The module behind a WASM backend. */
export function emscriptenModule(backend: BackendWasm): EmscriptenModule {
  return backend.wasm as unknown as EmscriptenModule;
}

/**
 * Makes running out of heap an error.
 *
 * Past 4 GiB emscripten's malloc answers 0 and tfjs writes there all the same, over its own data;
 * above 2 GiB it answers a negative number, at which tfjs then reads nothing. Every allocation of
 * tfjs and of ours goes through this one function, so it is guarded here.
 */
export function guardHeap(backend: BackendWasm): void {
  const module = emscriptenModule(backend);
  const malloc = module._malloc;
  module._malloc = (bytes) => {
    const address = malloc(bytes) >>> 0;
    if (address === 0 && bytes > 0) {
      throw new OutOfMemoryError(
        `Cannot allocate ${bytes} bytes: the WASM heap (${module.HEAPU8.length} bytes) is full. ` +
          "Use a smaller batch, image or encoder",
      );
    }
    return address;
  };
}

/** The address of a tensor's numbers. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
}

/** A new tensor and its address; its contents are whatever was there before. */
export function makeOutput(
  backend: BackendWasm,
  shape: number[],
  dtype: tf.DataType = "float32",
): { tensor: tf.TensorInfo; address: number } {
  const tensor = backend.makeOutput(shape, dtype);
  return { tensor, address: addressOf(backend, tensor) };
}

/** Runs `work` with `bytes` of scratch space, freed afterwards. */
export function withScratch<T>(
  backend: BackendWasm,
  bytes: number,
  work: (address: number) => T,
): T {
  const module = emscriptenModule(backend);
  // 64 bytes of slack to align to a cache line: malloc itself only promises 8 or 16.
  const address = module._malloc(bytes + 64);
  try {
    return work(((address + 63) & ~63) >>> 0);
  } finally {
    module._free(address);
  }
}

/** The heap's size in bytes; it never shrinks. */
export function heapBytes(): number {
  return emscriptenModule(tf.backend() as BackendWasm).HEAPU8.length;
}
