/**
 * The peak of what is allocated in tfjs's WASM heap.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { emscriptenModule } from "../../src/tensor/wasm_heap.ts";

/** Counts from its making until {@linkcode HeapPeak.stop}; of what our code and tfjs's TypeScript allocate. */
export class HeapPeak {
  /** Most bytes that were allocated at one time, of those allocated since the start. */
  peak = 0;
  readonly #stop: () => void;

  constructor() {
    const module = emscriptenModule(tf.backend() as BackendWasm);
    const { _malloc: malloc, _free: free } = module;
    const sizes = new Map<number, number>();
    let bytes = 0;
    module._malloc = (size) => {
      const address = malloc(size);
      sizes.set(address >>> 0, size);
      bytes += size;
      this.peak = Math.max(this.peak, bytes);
      return address;
    };
    module._free = (address) => {
      bytes -= sizes.get(address >>> 0) ?? 0;
      sizes.delete(address >>> 0);
      free(address);
    };
    this.#stop = () => Object.assign(module, { _malloc: malloc, _free: free });
  }

  /** Puts the heap back as it was. */
  stop(): void {
    this.#stop();
  }
}
