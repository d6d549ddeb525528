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
 * Free bytes that are kept for tfjs's C++ code (its registry of tensors, XNNPACK's operators and
 * their buffers): where that runs out of memory, it aborts.
 */
const RESERVE = 32 * 1024 * 1024;

/** The heap is as large as it gets: WASM's 4 GiB, less what emscripten's steps of growth miss. */
const NEARLY_FULL = 3.5 * 1024 ** 3;

const guarded = new WeakSet<EmscriptenModule>();

/**
 * Makes running out of heap an error.
 *
 * Past 4 GiB emscripten's malloc answers 0, and tfjs writes there all the same, over its own data.
 * Every allocation of a tensor and of our scratch space goes through this one function, so it is
 * guarded here.
 */
export function guardHeap(backend: BackendWasm): void {
  const module = emscriptenModule(backend);
  if (guarded.has(module)) return;
  guarded.add(module);
  // Emscripten puts the real functions in place at their first call, over anything put there before.
  module._free(module._malloc(1));
  const malloc = module._malloc;
  module._malloc = (bytes) => {
    // Above 2 GiB the address comes as a negative number.
    const address = malloc(bytes) >>> 0;
    if (address !== 0 && hasReserve(module, malloc)) return address;
    if (address !== 0) module._free(address);
    throw new OutOfMemoryError(
      `Cannot allocate ${bytes} bytes: the WASM heap (${module.HEAPU8.length} bytes) is full. ` +
        "Use a smaller batch, image or encoder",
    );
  };
}

/** Whether the reserve could still be had; only asked when the heap can hardly grow. */
function hasReserve(module: EmscriptenModule, malloc: (bytes: number) => number): boolean {
  if (module.HEAPU8.length < NEARLY_FULL) return true;
  const probe = malloc(RESERVE);
  if (probe === 0) return false;
  module._free(probe);
  return true;
}

/** The address of a tensor's numbers. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
}

/** What the running kernel has made so far. */
let outputs: tf.TensorInfo[] = [];

/** Runs a kernel; if it throws (out of memory, most likely), what it has made is freed. */
export function runKernel<T>(backend: BackendWasm, work: () => T): T {
  const outer = outputs;
  outputs = [];
  try {
    return work();
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  } finally {
    outputs = outer;
  }
}

/** A new tensor and its address; its contents are whatever was there before. */
export function makeOutput(
  backend: BackendWasm,
  shape: number[],
  dtype: tf.DataType = "float32",
): { tensor: tf.TensorInfo; address: number } {
  const tensor = backend.makeOutput(shape, dtype);
  outputs.push(tensor);
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

/** Bytes rounded up to whole cache lines, to lay one piece of scratch space after another. */
export function cacheLines(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/** The heap's size in bytes; it never shrinks. */
export function heapBytes(): number {
  return emscriptenModule(tf.backend() as BackendWasm).HEAPU8.length;
}
