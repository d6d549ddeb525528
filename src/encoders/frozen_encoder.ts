/**
 * Frozen encoder: the same function as an encoder with `training: false`, with every batch norm
 * folded into the convolution before it and all of them one kernel. What serving runs.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { UnsupportedError } from "../errors.ts";
import { FrozenNetwork } from "../tensor/layers/frozen_network.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import type { Encoder, Features } from "./encoder.ts";
import { ResNet } from "./resnet.ts";
import { SmallConv } from "./small_conv.ts";

/** An encoder that does not learn any more. */
export interface FrozenEncoder {
  /** As {@linkcode Encoder.apply} with `training: false`. */
  apply(x: tf.Tensor4D): Features;
  /** Bytes it may take in memory. */
  readonly bytes: number;
  /** Frees its weights; the encoder's own are not touched. */
  dispose(): void;
}

/**
 * Copies an encoder's weights as they are now.
 *
 * @throws {UnsupportedError} For an encoder that has no such form.
 */
export function freezeEncoder(encoder: Encoder): FrozenEncoder {
  const network = new FrozenNetwork();
  addLayers(encoder, network);
  return {
    bytes: network.bytes,
    apply(x) {
      const map = network.apply(x);
      return { pooled: globalAveragePool(map), map };
    },
    dispose: () => network.dispose(),
  };
}

function addLayers(encoder: Encoder, network: FrozenNetwork): void {
  if (encoder instanceof SmallConv) {
    encoder.layers.reduce(
      (input, { conv, norm }) => network.add(conv, norm, { input, relu: true }),
      FrozenNetwork.input,
    );
    return;
  }
  if (encoder instanceof ResNet) {
    const stem = { input: FrozenNetwork.input, relu: true };
    let map = network.add(encoder.stem, encoder.stemNorm, stem);
    for (const { conv1, norm1, conv2, norm2, shortcut } of encoder.blocks) {
      const inner = network.add(conv1, norm1, { input: map, relu: true });
      const residual = shortcut === null
        ? map
        : network.add(shortcut.conv, shortcut.norm, { input: map, relu: false });
      map = network.add(conv2, norm2, { input: inner, relu: true, residual });
    }
    return;
  }
  throw new UnsupportedError(
    `Cannot freeze the encoder ${encoder.spec.name}: it has no folded form`,
  );
}
