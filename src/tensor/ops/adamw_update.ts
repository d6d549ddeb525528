/**
 * One step of AdamW.
 *
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019 (arXiv:1711.05101), as
 * `torch.optim.AdamW` computes it: the weights shrink by learning rate times decay, and the
 * gradient knows nothing of it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type AdamOptions, type AdamTensors, adamUpdate } from "./adam_update.ts";

/** Updates `variable`, `m` and `v`; see {@linkcode adamUpdate}. */
export function adamwUpdate(tensors: AdamTensors, options: AdamOptions): void {
  const { variable } = tensors;
  const { learningRate, weightDecay } = options;
  if (weightDecay !== 0) {
    tf.tidy(() => variable.assign(tf.mul(variable, 1 - learningRate * weightDecay)));
  }
  adamUpdate(tensors, { ...options, weightDecay: 0 });
}
