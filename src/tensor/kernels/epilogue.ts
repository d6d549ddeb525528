/**
 * What fused kernels do to a result: a bias and a clamp while it is in registers, any other
 * activation in a pass of its own.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { UnsupportedError } from "../../errors.ts";
import { addressOf } from "../wasm_heap.ts";
import { stockKernel } from "./stock_kernels.ts";

/** A bias is added, then the result is clamped. */
export interface Epilogue {
  /** Address of one float a column, or null for none. */
  bias: number | null;
  low: number;
  high: number;
}

/** Nothing. */
export const NO_EPILOGUE: Epilogue = { bias: null, low: -Infinity, high: Infinity };

/** tfjs's fused activations that are a clamp. */
const CLAMPS: Record<string, { low: number; high: number }> = {
  relu: { low: 0, high: Infinity },
  relu6: { low: 0, high: 6 },
};

/** The others, by the kernel that computes them. */
const KERNELS: Record<string, string> = {
  elu: tf.Elu,
  leakyrelu: tf.LeakyRelu,
  prelu: tf.Prelu,
  sigmoid: tf.Sigmoid,
};

/**
 * The bias and activation of a fused kernel's result of `columns` columns.
 *
 * @throws {UnsupportedError} If the bias is not one float32 number a column.
 */
export function fusedEpilogue(
  backend: BackendWasm,
  activation: string | undefined,
  bias: tf.TensorInfo | undefined,
  columns: number,
): Epilogue {
  const clamp = CLAMPS[activation ?? "linear"] ?? { low: -Infinity, high: Infinity };
  if (bias === undefined) return { bias: null, ...clamp };
  if (bias.dtype !== "float32" || tf.util.sizeFromShape(bias.shape) !== columns) {
    throw new UnsupportedError(
      `Cannot add a bias: it must be ${columns} float32 numbers, ` +
        `got ${bias.dtype} [${bias.shape}]`,
    );
  }
  return { bias: addressOf(backend, bias), ...clamp };
}

/**
 * Applies what no clamp can: a new tensor in place of `x`, or `x` itself.
 *
 * @param args The fused kernel's, for the slopes of leaky and parametric ReLU.
 * @throws {UnsupportedError} If tfjs has no such fused activation.
 */
export function activate(
  x: tf.TensorInfo,
  activation: string | undefined,
  { inputs, attrs, backend }: Parameters<tf.KernelFunc>[0],
): tf.TensorInfo {
  if (activation === undefined || activation === "linear" || activation in CLAMPS) return x;
  const name = KERNELS[activation];
  if (name === undefined) {
    throw new UnsupportedError(`Cannot fuse an activation: tfjs has none named ${activation}`);
  }
  const result = stockKernel(name)({
    inputs: { x, alpha: inputs.preluActivationWeights },
    // tf.leakyRelu has the same default.
    attrs: { alpha: attrs?.leakyreluAlpha ?? 0.2 },
    backend,
  });
  (backend as BackendWasm).disposeData(x.dataId);
  return result as tf.TensorInfo;
}
