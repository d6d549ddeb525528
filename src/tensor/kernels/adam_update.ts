/** Adam's step in place, the kernel of `src/tensor/ops/adam_update.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf } from "../wasm_heap.ts";
import { numbersChanged } from "./in_place.ts";
import { kernel } from "./module.ts";

interface Call {
  inputs: Record<"variable" | "gradient" | "m" | "v", tf.TensorInfo>;
  backend: BackendWasm;
  attrs: Record<"beta1" | "beta2" | "rate" | "correction" | "epsilon" | "weightDecay", number>;
}

function adamUpdate({ inputs, backend, attrs }: Call): tf.TensorInfo[] {
  const { variable, gradient, m, v } = inputs;
  kernel("adamUpdate")(
    addressOf(backend, variable),
    addressOf(backend, gradient),
    addressOf(backend, m),
    addressOf(backend, v),
    variable.shape.reduce((product, length) => product * length, 1),
    attrs.beta1,
    attrs.beta2,
    attrs.rate,
    attrs.correction,
    attrs.epsilon,
    attrs.weightDecay,
  );
  for (const tensor of [variable, m, v]) numbersChanged(backend, tensor);
  return [];
}

/** Writes into `variable`, `m` and `v`, which must not share their data with other tensors. */
export const adamUpdateConfig: tf.KernelConfig = {
  kernelName: "AlikeAdamUpdate",
  backendName: "wasm",
  kernelFunc: adamUpdate as unknown as tf.KernelFunc,
};
