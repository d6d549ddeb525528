/**
 * Identity on WASM: the same numbers under a second tensor, counted, instead of tfjs's copy. Every
 * operation under a gradient tape clones its inputs and output: 190 copies in one step of a
 * resnet8, which cost as much as its batch norms.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { kernelInputs } from "./kernel_inputs.ts";

/** Registered in place of tfjs's Identity. */
export const identityConfig: tf.KernelConfig = {
  kernelName: tf.Identity,
  backendName: "wasm",
  kernelFunc({ inputs, backend }) {
    const { x } = kernelInputs(inputs, "x");
    (backend as BackendWasm).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};
