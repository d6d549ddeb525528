/** The norm over many tensors, the kernel of `src/tensor/ops/global_norm.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { makeOutput } from "../wasm_heap.ts";
import { kernel } from "./module.ts";
import { withSegments } from "./segments.ts";

interface Call {
  inputs: tf.TensorInfo[];
  backend: BackendWasm;
}

function globalNorm({ inputs, backend }: Call): tf.TensorInfo {
  const { tensor, address } = makeOutput(backend, []);
  withSegments(
    backend,
    inputs,
    null,
    null,
    (table) => kernel("globalNorm")(table, inputs.length, address),
  );
  return tensor;
}

/** One scalar from a list of tensors. */
export const globalNormConfig: tf.KernelConfig = {
  kernelName: "AlikeGlobalNorm",
  backendName: "wasm",
  kernelFunc: globalNorm as unknown as tf.KernelFunc,
};
