/**
 * Writing into a tensor's memory, which tfjs itself never does.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** What tfjs's WASM side knows of tensors; left out of its types. */
interface TensorRegistry {
  registerTensor(id: number, size: number, address: number): void;
  disposeData(id: number): void;
}

/**
 * Tells tfjs that a tensor's numbers have changed.
 *
 * XNNPACK packs the weights of a convolution or matrix product once and finds them again by the
 * tensor's number; it would go on with the old ones. Taking the number out of the register and
 * putting it back drops whatever was prepared from it.
 */
export function numbersChanged(backend: BackendWasm, tensor: tf.TensorInfo): void {
  const { id, memoryOffset } = backend.dataIdMap.get(tensor.dataId);
  const { tfjs } = backend.wasm as unknown as { tfjs: TensorRegistry };
  const size = tensor.shape.reduce((product, length) => product * length, 1);
  tfjs.disposeData(id);
  tfjs.registerTensor(id, size, memoryOffset);
}
