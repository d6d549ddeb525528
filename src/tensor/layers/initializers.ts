/** Fresh weights, drawn on the CPU so that a seed gives the same ones on every backend. @module */
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../random.ts";

function filled(shape: number[], draw: () => number): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(Float32Array.from({ length: size }, draw), shape, "float32");
}

/**
 * Normal with variance 2 / fan (He et al. 2015), for weights before a ReLU.
 *
 * @param fan Inputs (or outputs) that share a unit; torchvision's ResNets use the outputs.
 */
export function heNormal(shape: number[], fan: number, random: RandomStream): tf.Tensor {
  const standardDeviation = Math.sqrt(2 / fan);
  return filled(shape, () => random.normal(0, standardDeviation));
}

/** Uniform in ±1/√fan: what PyTorch gives linear layers. */
export function linearUniform(shape: number[], fan: number, random: RandomStream): tf.Tensor {
  const bound = 1 / Math.sqrt(fan);
  return filled(shape, () => random.uniform(-bound, bound));
}
