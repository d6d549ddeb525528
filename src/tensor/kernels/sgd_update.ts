/** SGD's step in place, the kernel of `src/tensor/ops/sgd_update.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf } from "../wasm_heap.ts";
import { numbersChanged } from "./in_place.ts";
import { kernel } from "./module.ts";

interface Call {
  inputs: Record<"variable" | "gradient" | "velocity", tf.TensorInfo>;
  backend: BackendWasm;
  attrs: { learningRate: number; momentum: number; nesterov: boolean; weightDecay: number };
}

function sgdUpdate({ inputs, backend, attrs }: Call): tf.TensorInfo[] {
  const { variable, gradient, velocity } = inputs;
  kernel("sgdUpdate")(
    addressOf(backend, variable),
    addressOf(backend, gradient),
    addressOf(backend, velocity),
    variable.shape.reduce((product, length) => product * length, 1),
    attrs.momentum,
    attrs.learningRate,
    attrs.weightDecay,
    Number(attrs.nesterov),
  );
  for (const tensor of [variable, velocity]) numbersChanged(backend, tensor);
  return [];
}

/** Writes into `variable` and `velocity`, which must not share their data with other tensors. */
export const sgdUpdateConfig: tf.KernelConfig = {
  kernelName: "AlikeSgdUpdate",
  backendName: "wasm",
  kernelFunc: sgdUpdate as unknown as tf.KernelFunc,
};
