/** Rows of unit length. @module */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { kernel } from "./module.ts";

interface Call {
  inputs: { x: tf.TensorInfo };
  backend: BackendWasm;
}

function normaliseRows({ inputs: { x }, backend }: Call): tf.TensorInfo {
  const [rows, size] = x.shape as [number, number];
  const y = makeOutput(backend, x.shape);
  kernel("normaliseRows")(addressOf(backend, x), rows, size, y.address);
  return y.tensor;
}

/** `{x [N, D]}` → each row over its length; rows of zeros stay zeros. */
export const normaliseRowsConfig: tf.KernelConfig = {
  kernelName: "AlikeNormaliseRows",
  backendName: "wasm",
  kernelFunc: normaliseRows as unknown as tf.KernelFunc,
};
