/**
 * The table of parameters that the optimisers' kernels go through; see `assembly/segments.ts`.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, emscriptenModule, withScratch } from "../wasm_heap.ts";

/** 32-bit words of a segment. */
const WORDS = 5;

/**
 * Runs `work` with the address of a table of `gradients.length` segments.
 *
 * @param variables What is updated; null where only gradients are read.
 * @param decayed Whether each is decayed; null where nothing is updated.
 */
export function withSegments<T>(
  backend: BackendWasm,
  gradients: tf.TensorInfo[],
  variables: tf.TensorInfo[] | null,
  decayed: boolean[] | null,
  work: (table: number) => T,
): T {
  return withScratch(backend, 4 * WORDS * gradients.length, (table) => {
    const { buffer } = emscriptenModule(backend).HEAPU8;
    const words = new Uint32Array(buffer, table, WORDS * gradients.length);
    let offset = 0;
    gradients.forEach((gradient, i) => {
      const bytes = 4 * gradient.shape.reduce((product, length) => product * length, 1);
      const variable = variables === null ? 0 : addressOf(backend, variables[i]!);
      words.set(
        [variable, addressOf(backend, gradient), offset, bytes, Number(decayed?.[i] ?? false)],
        WORDS * i,
      );
      offset += bytes;
    });
    return work(table);
  });
}
