/** What objectives share whose question has one of several answers. @module */
import * as tf from "@tensorflow/tfjs";
import type { Collective } from "../parallel/collective.ts";
import { allReduceSum } from "../tensor/ops/replicas.ts";
import { sparseSoftmaxCrossEntropy } from "../tensor/ops/sparse_softmax_cross_entropy.ts";
import type { Losses, Tensors } from "./objective.ts";

/** Cross-entropy of `outputs.logits` [n, classes] against `targets.labels` int32 [n]. */
export function classificationLosses(
  outputs: Tensors,
  targets: Tensors,
  collective: Collective,
): Losses {
  return {
    main: sparseSoftmaxCrossEntropy(
      outputs.logits as tf.Tensor2D,
      targets.labels as tf.Tensor1D,
      { collective },
    ),
  };
}

/** The share of rows whose most probable class is the label, as `<name>Accuracy`. */
export function classificationMetrics(
  name: string,
  outputs: Tensors,
  targets: Tensors,
  collective: Collective,
): Record<string, tf.Scalar> {
  return {
    [`${name}Accuracy`]: tf.tidy(() => {
      const predicted = tf.argMax(outputs.logits!, 1);
      const right = tf.equal(predicted, targets.labels!.cast("int32")).cast("float32");
      return allReduceSum(right.mean().asScalar(), collective).div(collective.size);
    }),
  };
}
