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
import { kernel } from "./module.ts";
import { stockKernel } from "./stock_kernels.ts";

/** A bias and a residual are added, then the result is clamped. */
export interface Epilogue {
  /** Address of one float a column, or null for none. */
  bias: number | null;
  /** Address of numbers laid out as the result, not the result itself; or null for none. */
  residual: number | null;
  low: number;
  high: number;
}

/** Nothing. */
export const NO_EPILOGUE: Epilogue = {
  bias: null,
  residual: null,
  low: -Infinity,
  high: Infinity,
};

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
  if (bias === undefined) return { ...NO_EPILOGUE, ...clamp };
  if (bias.dtype !== "float32" || tf.util.sizeFromShape(bias.shape) !== columns) {
    throw new UnsupportedError(
      `Cannot add a bias: it must be ${columns} float32 numbers, ` +
        `got ${bias.dtype} [${bias.shape}]`,
    );
  }
  return { ...NO_EPILOGUE, ...clamp, bias: addressOf(backend, bias) };
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

/** The bias padded to `columns` floats, at `address`; zeros if there is none. */
export function writeBias(
  { bias }: Epilogue,
  outChannels: number,
  columns: number,
  address: number,
): void {
  if (bias === null || columns > outChannels) kernel("fillZero")(address, columns * 4);
  if (bias !== null) kernel("copyBytes")(address, bias, outChannels * 4);
}

/** How far the residual lies from the result at `address`, as the kernels take it; 0 for none. */
export function residualDistance({ residual }: Epilogue, address: number): number {
  return residual === null ? 0 : residual - address;
}
