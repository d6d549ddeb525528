/**
 * Frozen encoder: the same function as an encoder with `training: false`, with every batch norm
 * folded into the convolution before it. What serving runs.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UnsupportedError } from "../errors.ts";
import { FoldedConvolution } from "../tensor/layers/folded_convolution.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import type { Encoder, Features } from "./encoder.ts";
import { ResNet } from "./resnet.ts";
import { SmallConv } from "./small_conv.ts";

/** An encoder that does not learn any more. */
export interface FrozenEncoder {
  /** As {@linkcode Encoder.apply} with `training: false`. */
  apply(x: tf.Tensor4D): Features;
  /** Frees its weights; the encoder's own are not touched. */
  dispose(): void;
}

/**
 * Copies an encoder's weights as they are now.
 *
 * @throws {UnsupportedError} For an encoder that has no such form.
 */
export function freezeEncoder(encoder: Encoder): FrozenEncoder {
  const folded: FoldedConvolution[] = [];
  const fold: Fold = (convolution, norm) => {
    const layer = new FoldedConvolution(convolution, norm);
    folded.push(layer);
    return layer;
  };
  const map = mapOf(encoder, fold);
  return {
    apply(x) {
      const last = map(x);
      return { pooled: globalAveragePool(last), map: last };
    },
    dispose: () => folded.forEach((layer) => layer.dispose()),
  };
}

type Fold = (...parts: ConstructorParameters<typeof FoldedConvolution>) => FoldedConvolution;

/** The last feature map as a function of the input. */
function mapOf(encoder: Encoder, fold: Fold): (x: tf.Tensor4D) => tf.Tensor4D {
  if (encoder instanceof SmallConv) {
    const layers = encoder.layers.map(({ conv, norm }) => fold(conv, norm));
    return (x) => layers.reduce((map, layer) => layer.apply(map, { relu: true }), x);
  }
  if (encoder instanceof ResNet) {
    const stem = fold(encoder.stem, encoder.stemNorm);
    const blocks = encoder.blocks.map(({ conv1, norm1, conv2, norm2, shortcut }) => ({
      first: fold(conv1, norm1),
      second: fold(conv2, norm2),
      shortcut: shortcut && fold(shortcut.conv, shortcut.norm),
    }));
    return (x) =>
      blocks.reduce((map, { first, second, shortcut }) => {
        const inner = second.apply(first.apply(map, { relu: true }), { relu: false });
        const residual = shortcut === null ? map : shortcut.apply(map, { relu: false });
        return tf.relu(tf.add(inner, residual));
      }, stem.apply(x, { relu: true }));
  }
  throw new UnsupportedError(
    `Cannot freeze the encoder ${encoder.spec.name}: it has no folded form`,
  );
}
