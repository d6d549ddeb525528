/** The kernels of `src/tensor/ops/nt_xent.ts`. @module */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { addressOf, emscriptenModule, makeOutput, withScratch } from "../wasm_heap.ts";
import { kernel } from "./module.ts";

interface RowsCall {
  inputs: { all: tf.TensorInfo };
  backend: BackendWasm;
  attrs: { first: number; rows: number; temperature: number };
}

function ntXentRows(
  { inputs: { all }, backend, attrs: { first, rows, temperature } }: RowsCall,
): tf.TensorInfo[] {
  const [total, size] = all.shape as [number, number];
  const losses = new Float32Array(rows);
  const logSumExps = new Float32Array(rows);
  const correct = new Float32Array(rows);
  const scratchBytes = kernel("ntXentRowsScratch")(total, size) >>> 0;
  withScratch(backend, rows * 16, (figures) => {
    withScratch(backend, scratchBytes, (scratch) => {
      kernel("ntXentRows")(
        addressOf(backend, all),
        total,
        size,
        first,
        rows,
        temperature,
        figures + rows * 8,
        figures + rows * 12,
        figures,
        scratch,
      );
    });
    const { buffer } = emscriptenModule(backend).HEAPU8;
    const sums = new Float64Array(buffer, figures, rows);
    const positives = new Float32Array(buffer, figures + rows * 8, rows);
    const hardest = new Float32Array(buffer, figures + rows * 12, rows);
    for (let row = 0; row < rows; row++) {
      const [sum, positive] = [sums[row]!, positives[row]!];
      const lead = (positive - hardest[row]!) / temperature;
      // A loss near zero is the logarithm of little more than 1.
      losses[row] = lead > 0
        ? Math.log1p(sum * Math.exp(-lead))
        : Math.log(sum + Math.exp(lead)) - lead;
      logSumExps[row] = losses[row]! + positive / temperature;
      correct[row] = Number(lead > 0);
    }
  });
  return [losses, logSumExps, correct].map((values) =>
    backend.makeOutput([rows], "float32", undefined, values)
  );
}

/**
 * `{all [T, D], of unit length}`, `{first, rows, temperature}` → `[loss, logSumExp, correct]`,
 * each `[rows]`, of the rows from `first`.
 */
export const ntXentRowsConfig: tf.KernelConfig = {
  kernelName: "AlikeNtXentRows",
  backendName: "wasm",
  kernelFunc: ntXentRows as unknown as tf.KernelFunc,
};

interface GradientCall {
  inputs: Record<"dy" | "z" | "all" | "loss" | "logSumExp", tf.TensorInfo>;
  backend: BackendWasm;
  attrs: { first: number; temperature: number };
}

function ntXentGradient({ inputs, backend, attrs }: GradientCall): tf.TensorInfo {
  const { dy, z, all, loss, logSumExp } = inputs;
  const [total, size] = all.shape as [number, number];
  const dz = makeOutput(backend, z.shape);
  const rows = z.shape[0]!;
  const scratchBytes = kernel("ntXentGradientScratch")(total, size) >>> 0;
  withScratch(backend, rows * 4, (pairWeights) => {
    withScratch(backend, scratchBytes, (scratch) => {
      const { buffer } = emscriptenModule(backend).HEAPU8;
      const [upstream] = new Float32Array(buffer, addressOf(backend, dy), 1);
      const losses = new Float32Array(buffer, addressOf(backend, loss), total);
      // The softmax at the pair less 1, which is exp(-loss) - 1, from either side.
      new Float32Array(buffer, pairWeights, rows).forEach((_, row, weights) => {
        const i = attrs.first + row;
        weights[row] = Math.expm1(-losses[i]!) + Math.expm1(-losses[i ^ 1]!);
      });
      kernel("ntXentGradient")(
        addressOf(backend, z),
        addressOf(backend, all),
        addressOf(backend, logSumExp),
        pairWeights,
        total,
        size,
        attrs.first,
        rows,
        attrs.temperature,
        upstream! / total,
        dz.address,
        scratch,
      );
    });
  });
  return dz.tensor;
}

/**
 * `{dy: scalar, z [N, D], all [T, D], loss [T], logSumExp [T]}`, `{first, temperature}` → the
 * gradient of dy times the mean loss with respect to z, the rows of `all` from `first` before they were normalised.
 */
export const ntXentGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeNtXentGradient",
  backendName: "wasm",
  kernelFunc: ntXentGradient as unknown as tf.KernelFunc,
};
