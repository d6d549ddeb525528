/** Tests of programs, on whatever adapter there is; a software one will do. @module */
import * as tf from "@tensorflow/tfjs";
import { onBackend, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

/** A test on WebGPU; ignored where there is no adapter. */
export function testOnWebgpu(name: string, work: () => Promise<void>): void {
  Deno.test({
    name: `${name} on webgpu`,
    ignore: WEBGPU_BACKENDS.length === 0,
    fn: () => onBackend("webgpu", work),
  });
}

/** The numbers of tensors that are made in a tidy, by name. */
export async function numbersOf<Name extends string>(
  make: () => Record<Name, tf.Tensor>,
): Promise<Record<Name, Float32Array>> {
  const tensors = tf.tidy(make);
  const entries = Object.entries<tf.Tensor>(tensors);
  const values = await Promise.all(entries.map(([, tensor]) => tensor.data<"float32">()));
  tf.dispose(tensors);
  return Object.fromEntries(entries.map(([name], i) => [name, values[i]!])) as Record<
    Name,
    Float32Array
  >;
}
