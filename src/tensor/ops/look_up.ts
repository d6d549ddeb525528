/** Bytes as numbers, by a table. @module */
import * as tf from "@tensorflow/tfjs";
import { hasKernel } from "./has_kernel.ts";

/**
 * The table's number for each byte. Not differentiable.
 *
 * @param table 256 numbers. @param shape As many elements as there are bytes.
 * @returns float32 of that shape.
 */
export function lookUp<R extends tf.Rank>(
  bytes: Uint8Array,
  table: Float32Array,
  shape: tf.ShapeMap[R],
): tf.Tensor<R> {
  if (hasKernel("AlikeLookUp")) {
    return tf.engine().runKernel<tf.Tensor<R>>(
      "AlikeLookUp",
      {},
      { bytes, table, shape } as unknown as tf.NamedAttrMap,
    );
  }
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < values.length; i++) values[i] = table[bytes[i]!]!;
  return tf.tensor<R>(values, shape, "float32");
}
