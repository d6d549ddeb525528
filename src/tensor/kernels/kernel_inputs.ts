/**
 * A kernel's inputs by name.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { InternalError } from "../../errors.ts";

/**
 * The named inputs, all present.
 *
 * @throws {InternalError} If tfjs called the kernel without one of them.
 */
export function kernelInputs<Name extends string>(
  inputs: tf.NamedTensorInfoMap,
  ...names: Name[]
): Record<Name, tf.TensorInfo> {
  return Object.fromEntries(names.map((name) => {
    const input = inputs[name];
    if (input === undefined) {
      throw new InternalError(`Cannot run a kernel: its input is missing, ${name}`);
    }
    return [name, input];
  })) as Record<Name, tf.TensorInfo>;
}

/** A shape of four axes, as tfjs's geometry functions want it. */
export function shape4(tensor: tf.TensorInfo): [number, number, number, number] {
  const [n, h, w, c, more] = tensor.shape;
  if (
    n === undefined || h === undefined || w === undefined || c === undefined || more !== undefined
  ) {
    throw new InternalError(`Cannot run a kernel: 4 axes expected, got [${tensor.shape}]`);
  }
  return [n, h, w, c];
}
