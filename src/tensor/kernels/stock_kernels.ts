/**
 * tfjs's own WASM kernels, kept from before ours take their places: for the options that ours do
 * not have (dilation, the rarer activations), and to compare with.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
// Registers its kernels when imported.
import "@tensorflow/tfjs-backend-wasm";
import { InternalError } from "../../errors.ts";

const stock = new Map(
  tf.getKernelsForBackend("wasm").map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
);

/**
 * tfjs's own kernel of that name.
 *
 * @throws {InternalError} If tfjs has none.
 */
export function stockKernel(name: string): tf.KernelFunc {
  const found = stock.get(name);
  if (found === undefined) {
    throw new InternalError(`Cannot run ${name} on WASM: tfjs has no such kernel`);
  }
  return found;
}
