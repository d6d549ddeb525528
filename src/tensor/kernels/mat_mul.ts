/**
 * BatchMatMul and _FusedMatMul on WASM, in place of tfjs's, whose transposed products (that is, all
 * gradients, and cosine similarities) are naive: 2 GFLOP/s.
 *
 * A product is a 1x1 convolution, a row of `a` being a pixel: the same tiles do it. With `a`
 * transposed it is that convolution's filter gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { InvalidError, UnsupportedError } from "../../errors.ts";
import { addressOf, makeOutput, withScratch } from "../wasm_heap.ts";
import type { Windows } from "./conv_windows.ts";
import { convolve } from "./convolve.ts";
import { convFilter } from "./conv_filter.ts";
import { activate, type Epilogue, fusedEpilogue, NO_EPILOGUE } from "./epilogue.ts";
import { passingFilters } from "./filters.ts";
import { kernelInputs } from "./kernel_inputs.ts";
import { kernel } from "./module.ts";

/** c [rows, columns] = a [rows, depth] b [depth, columns], before transposition. */
interface Product {
  rows: number;
  columns: number;
  depth: number;
  transposeA: boolean;
  transposeB: boolean;
}

/** An image of 1x1 windows. */
function pixels(height: number, width: number, channels: number): Windows {
  return {
    images: 1,
    inHeight: height,
    inWidth: width,
    channels,
    top: 0,
    left: 0,
    kernelHeight: 1,
    kernelWidth: 1,
    strideY: 1,
    strideX: 1,
    outHeight: height,
    outWidth: width,
  };
}

/** The largest divisor up to 64, so that rows of pixels fit in the first-level cache. */
function rowLength(count: number): number {
  for (let length = 64; length >= 8; length--) if (count % length === 0) return length;
  return count;
}

/** One product; addresses in, nothing out. */
function multiply(
  backend: BackendWasm,
  { rows, columns, depth, transposeA, transposeB }: Product,
  a: number,
  b: number,
  c: number,
  epilogue: Epilogue,
): void {
  // A single row is its own transpose, and needs no packing of b then.
  if ((transposeA || rows === 1) && !transposeB && epilogue === NO_EPILOGUE) {
    const length = rowLength(depth);
    convFilter(backend, pixels(depth / length, length, rows), a, b, columns, c);
    return;
  }
  if (transposeA) {
    withScratch(backend, rows * depth * 4, (transposed) => {
      kernel("transpose")(a, depth, rows, transposed);
      const product = { rows, columns, depth, transposeA: false, transposeB };
      multiply(backend, product, transposed, b, c, epilogue);
    });
    return;
  }
  convolve(
    backend,
    pixels(rows, 1, depth),
    a,
    columns,
    passingFilters(backend, {
      taps: 1,
      channels: depth,
      outChannels: columns,
      pack: (packed) =>
        void (transposeB
          ? kernel("convPackGradient")(b, 1, 1, columns, depth, 0, 0, 1, 1, packed)
          : kernel("convPack")(b, depth, columns, packed)),
    }),
    { address: c, image: 0, row: columns * 4, pixel: columns * 4 },
    epilogue,
  );
}

/** Which matrix of `outer` is broadcast to each matrix of `outShape`, in order. */
export function broadcastIndices(outer: number[], outShape: number[]): number[] {
  const padded = [...Array(outShape.length - outer.length).fill(1), ...outer];
  let indices = [0];
  for (const [axis, size] of outShape.entries()) {
    const own = padded[axis]!;
    indices = indices.flatMap((index) =>
      Array.from({ length: size }, (_, i) => own === 1 ? index : index * own + i)
    );
  }
  return indices;
}

function matMul(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
  epilogueOf: (columns: number) => Epilogue = () => NO_EPILOGUE,
): tf.TensorInfo {
  if (a.dtype !== "float32" || b.dtype !== "float32") {
    throw new UnsupportedError(
      `Cannot multiply matrices: both must be float32, got ${a.dtype} and ${b.dtype}`,
    );
  }
  const [heightA = 0, widthA = 0] = a.shape.slice(-2);
  const [heightB = 0, widthB = 0] = b.shape.slice(-2);
  const rows = transposeA ? widthA : heightA;
  const depth = transposeA ? heightA : widthA;
  const columns = transposeB ? heightB : widthB;
  if (depth !== (transposeB ? widthB : heightB)) {
    throw new InvalidError(
      `Cannot multiply matrices: inner sizes differ, [${a.shape}] and [${b.shape}]` +
        `${transposeA ? ", the first transposed" : ""}${transposeB ? ", the last transposed" : ""}`,
    );
  }
  const epilogue = epilogueOf(columns);
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const { tensor, address } = makeOutput(backend, [...outer, rows, columns]);
  if (tf.util.sizeFromShape(tensor.shape) === 0) return tensor;
  const indicesB = broadcastIndices(outerB, outer);
  broadcastIndices(outerA, outer).forEach((index, i) =>
    multiply(
      backend,
      { rows, columns, depth, transposeA, transposeB },
      addressOf(backend, a) + index * rows * depth * 4,
      addressOf(backend, b) + indicesB[i]! * depth * columns * 4,
      address + i * rows * columns * 4,
      epilogue,
    )
  );
  return tensor;
}

/** Registered in place of tfjs's BatchMatMul. */
export const batchMatMulConfig: tf.KernelConfig = {
  kernelName: tf.BatchMatMul,
  backendName: "wasm",
  kernelFunc({ inputs, attrs, backend }) {
    const { a, b } = kernelInputs(inputs, "a", "b");
    const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs;
    return matMul(backend as BackendWasm, a, b, transposeA, transposeB);
  },
};

/** Registered in place of tfjs's _FusedMatMul: bias and ReLU cost no pass over memory. */
export const fusedMatMulConfig: tf.KernelConfig = {
  kernelName: tf._FusedMatMul,
  backendName: "wasm",
  kernelFunc(args) {
    const { a, b } = kernelInputs(args.inputs, "a", "b");
    const { transposeA, transposeB, activation } = args.attrs as unknown as tf._FusedMatMulAttrs;
    const backend = args.backend as BackendWasm;
    const epilogueOf = (columns: number) =>
      fusedEpilogue(backend, activation, args.inputs.bias, columns);
    return activate(matMul(backend, a, b, transposeA, transposeB, epilogueOf), activation, args);
  },
};
