/**
 * Lean tfjs: spares a thread those parts of `@tensorflow/tfjs` that we never use (layers, converter,
 * data, and the backends for CPU and WebGL), which are two thirds of its loading time and 9 MB of
 * heap. `tfjs-core` by itself would not do: only the whole package registers gradients.
 *
 * Import it before anything else. The parts are put into Node's cache of modules as if they had been
 * loaded, without exports.
 *
 * @module
 */
import { createRequire, Module } from "node:module";

const PARTS = ["layers", "converter", "data", "backend-cpu", "backend-webgl"];

/** Node's own, which its types leave out. */
const { _cache: cache } = Module as unknown as { _cache: Record<string, unknown> };
const tfjs = createRequire(import.meta.url).resolve("@tensorflow/tfjs");
// They are dependencies of tfjs, not of ours.
const { resolve } = createRequire(tfjs);
for (const part of PARTS) {
  const filename = resolve(`@tensorflow/tfjs-${part}`);
  cache[filename] ??= {
    id: filename,
    filename,
    loaded: true,
    exports: {},
    children: [],
    paths: [],
  };
}
