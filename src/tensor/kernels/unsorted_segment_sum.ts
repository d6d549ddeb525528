/**
 * UnsortedSegmentSum, which tfjs's WASM backend lacks: the gradient of `tf.gather`, so of every
 * embedding table.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { UnsupportedError } from "../../errors.ts";
import { addressOf, makeOutput } from "../wasm_heap.ts";
import { kernel } from "./module.ts";

interface Call {
  inputs: { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  backend: BackendWasm;
  attrs: { numSegments: number };
}

function unsortedSegmentSum(
  { inputs: { x, segmentIds }, backend, attrs: { numSegments } }: Call,
): tf.TensorInfo {
  if (x.dtype !== "float32" && x.dtype !== "int32") {
    throw new UnsupportedError(`Cannot sum segments: x must be float32 or int32, ${x.dtype}`);
  }
  const [rows, ...row] = x.shape as [number, ...number[]];
  if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== rows) {
    throw new UnsupportedError(
      `Cannot sum segments: ids must be [${rows}], one for each row, [${segmentIds.shape}]`,
    );
  }
  const y = makeOutput(backend, [numSegments, ...row], x.dtype);
  kernel("unsortedSegmentSum")(
    addressOf(backend, x),
    addressOf(backend, segmentIds),
    rows,
    row.reduce((product, length) => product * length, 1),
    numSegments,
    Number(x.dtype === "int32"),
    y.address,
  );
  return y.tensor;
}

/** tfjs's own contract; ids outside `0..numSegments-1` are left out, as on its cpu backend. */
export const unsortedSegmentSumConfig: tf.KernelConfig = {
  kernelName: "UnsortedSegmentSum",
  backendName: "wasm",
  kernelFunc: unsortedSegmentSum as unknown as tf.KernelFunc,
};
