/**
 * The optimisers' steps over all parameters, each one call of a kernel; see
 * `src/tensor/ops/flat_updates.ts`.
 *
 * Their inputs are a list: the variables, as many gradients, then the flat state.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf } from "../wasm_heap.ts";
import { numbersChanged } from "./in_place.ts";
import { kernel } from "./module.ts";
import { withSegments } from "./segments.ts";

interface Call<Attributes> {
  inputs: tf.TensorInfo[];
  backend: BackendWasm;
  attrs: Attributes & { decayed: boolean[] };
}

/**
 * @param update Gets the table, the number of its segments, and the addresses of the state.
 */
function flatUpdate<Attributes>(
  kernelName: string,
  update: (table: number, count: number, state: number[], attrs: Attributes) => void,
): tf.KernelConfig {
  const kernelFunc = ({ inputs, backend, attrs }: Call<Attributes>): tf.TensorInfo[] => {
    const count = attrs.decayed.length;
    const variables = inputs.slice(0, count);
    const gradients = inputs.slice(count, 2 * count);
    const state = inputs.slice(2 * count);
    withSegments(
      backend,
      gradients,
      variables,
      attrs.decayed,
      (table) => update(table, count, state.map((tensor) => addressOf(backend, tensor)), attrs),
    );
    for (const tensor of [...variables, ...state]) numbersChanged(backend, tensor);
    return [];
  };
  return { kernelName, backendName: "wasm", kernelFunc: kernelFunc as unknown as tf.KernelFunc };
}

type AdamAttributes = Record<
  "beta1" | "beta2" | "rate" | "correction" | "epsilon" | "decay" | "shrink",
  number
>;

/** Adam and AdamW. Writes into variables, m and v, which must not share their data. */
export const flatAdamConfig: tf.KernelConfig = flatUpdate<AdamAttributes>(
  "AlikeFlatAdam",
  (table, count, [m, v], { beta1, beta2, rate, correction, epsilon, decay, shrink }) =>
    kernel("adamUpdate")(
      table,
      count,
      m!,
      v!,
      beta1,
      beta2,
      rate,
      correction,
      epsilon,
      decay,
      shrink,
    ),
);

interface SgdAttributes {
  learningRate: number;
  momentum: number;
  nesterov: boolean;
  decay: number;
}

/** SGD. Writes into variables and velocity, which must not share their data. */
export const flatSgdConfig: tf.KernelConfig = flatUpdate<SgdAttributes>(
  "AlikeFlatSgd",
  (table, count, [velocity], { learningRate, momentum, nesterov, decay }) =>
    kernel("sgdUpdate")(table, count, velocity!, momentum, learningRate, decay, Number(nesterov)),
);

/** LARS. Writes into variables and velocity, which must not share their data. */
export const flatLarsConfig: tf.KernelConfig = flatUpdate<SgdAttributes & { trust: number }>(
  "AlikeFlatLars",
  (table, count, [velocity], { learningRate, momentum, nesterov, decay, trust }) =>
    kernel("larsUpdate")(
      table,
      count,
      velocity!,
      momentum,
      learningRate,
      decay,
      trust,
      Number(nesterov),
    ),
);
