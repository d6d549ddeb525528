/**
 * Folded weights: a convolution with the batch norm behind it as one convolution with a bias, in
 * plain numbers. What `src/tensor/layers/folded_convolution.ts` is on a backend.
 *
 * @module
 */
import { CorruptError } from "../errors.ts";
import { BATCH_NORM_EPSILON } from "../tensor/layers/batch_norm_epsilon.ts";
import type { NamedArray } from "../tensor/safetensors.ts";

/** A convolution's weights. */
export interface FoldedWeights {
  /** [height, width, in, out], as we and TensorFlow keep it. */
  kernel: Float32Array<ArrayBuffer>;
  shape: [number, number, number, number];
  /** [out]. */
  bias: Float32Array<ArrayBuffer>;
}

/**
 * Folds in double precision.
 *
 * @param convolution, norm Their names, without `/kernel` and `/gamma`.
 * @throws {CorruptError} If a weight is missing or of a shape that does not fit.
 */
export function foldWeights(
  tensors: Map<string, NamedArray>,
  convolution: string,
  norm: string,
): FoldedWeights {
  const { shape, data } = need(tensors, `${convolution}/kernel`, 4);
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((part) => {
    const found = need(tensors, `${norm}/${part}`, 1);
    if (found.data.length !== outputs) throw misfit(`${norm}/${part}`, found.shape);
    return found.data;
  }) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const scale = Float64Array.from(
    gamma,
    (g, o) => g / Math.sqrt(variance[o]! + BATCH_NORM_EPSILON),
  );
  const kernel = data.map((weight, i) => weight * scale[i % outputs]!);
  return {
    kernel,
    shape: [height, width, inputs, outputs],
    bias: Float32Array.from(scale, (s, o) => beta[o]! - mean[o]! * s),
  };
}

/** The kernel as [out, in, height, width], as most frameworks but TensorFlow keep it. */
export function outputsFirst({ kernel, shape }: FoldedWeights): Float32Array<ArrayBuffer> {
  const [height, width, inputs, outputs] = shape;
  const area = height * width;
  const turned = new Float32Array(kernel.length);
  let from = 0;
  for (let cell = 0; cell < area; cell++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) turned[(o * inputs + i) * area + cell] = kernel[from++]!;
    }
  }
  return turned;
}

function need(tensors: Map<string, NamedArray>, name: string, rank: number): NamedArray {
  const found = tensors.get(name);
  if (found === undefined) throw new CorruptError(`Cannot export the model: ${name} is missing`);
  if (found.shape.length !== rank) throw misfit(name, found.shape);
  return found;
}

function misfit(name: string, shape: number[]): CorruptError {
  return new CorruptError(`Cannot export the model: ${name} has an unexpected shape, [${shape}]`);
}
