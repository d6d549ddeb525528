/** Memory use: what this thread's tensors take up. @module */
import * as tf from "@tensorflow/tfjs";
import { heapBytes } from "./wasm_heap.ts";

/** Of the current backend. */
export function memoryUse(): {
  /** Of all tensors, bytes. */
  tensorBytes: number;
  /** Of the WASM heap, bytes; it never shrinks. Null on WebGPU. */
  heapBytes: number | null;
} {
  return {
    tensorBytes: tf.memory().numBytes,
    heapBytes: tf.getBackend() === "wasm" ? heapBytes() : null,
  };
}
