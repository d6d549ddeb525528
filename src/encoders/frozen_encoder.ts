/**
 * Frozen encoder: the same function as an encoder with `training: false`, with every batch norm
 * folded into the convolution before it and all of them one kernel. What serving runs.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InternalError, UnsupportedError } from "../errors.ts";
import { FrozenNetwork } from "../tensor/layers/frozen_network.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import type { Encoder, Features } from "./encoder.ts";
import { ResNet } from "./resnet.ts";
import { RESNET_STAGES } from "./resnet_stages.ts";
import { SmallConv } from "./small_conv.ts";

/** An encoder that does not learn any more. */
export interface FrozenEncoder {
  /** As {@linkcode Encoder.apply} with `training: false`: what heads are put on. */
  apply(x: tf.Tensor4D): Features;
  /** h of the block that is served; no more is run than that takes. */
  embed(x: tf.Tensor4D): tf.Tensor2D;
  /** Bytes it may take in memory. */
  readonly bytes: number;
  /** Frees its weights; the encoder's own are not touched. */
  dispose(): void;
}

/**
 * Copies an encoder's weights as they are now.
 *
 * @param block Whose pooled output is h, of `encoder.stages`. @default {the last}
 * @throws {UnsupportedError} For an encoder that has no such form.
 * @throws {InternalError} If there is no such block.
 */
export function freezeEncoder(
  encoder: Encoder,
  block = encoder.stages.length - 1,
): FrozenEncoder {
  const network = new FrozenNetwork();
  const served = addLayers(encoder, network)[block];
  if (served === undefined) {
    network.dispose();
    throw new InternalError(
      `Cannot serve block ${block}: the encoder has ${encoder.stages.length} blocks`,
    );
  }
  return {
    bytes: network.bytes,
    apply(x) {
      const map = network.apply(x);
      return { pooled: globalAveragePool(map), map };
    },
    embed: (x) => tf.tidy(() => globalAveragePool(network.apply(x, served))),
    dispose: () => network.dispose(),
  };
}

/** @returns The number of the value that each stage ends with. */
function addLayers(encoder: Encoder, network: FrozenNetwork): number[] {
  if (encoder instanceof SmallConv) {
    let map = FrozenNetwork.input;
    return encoder.layers.map(({ conv, norm }) =>
      map = network.add(conv, norm, { input: map, relu: true })
    );
  }
  if (encoder instanceof ResNet) {
    const stem = { input: FrozenNetwork.input, relu: true };
    let map = network.add(encoder.stem, encoder.stemNorm, stem);
    const maps = encoder.blocks.map(({ conv1, norm1, conv2, norm2, shortcut }) => {
      const inner = network.add(conv1, norm1, { input: map, relu: true });
      const residual = shortcut === null
        ? map
        : network.add(shortcut.conv, shortcut.norm, { input: map, relu: false });
      return map = network.add(conv2, norm2, { input: inner, relu: true, residual });
    });
    let last = -1;
    return RESNET_STAGES[encoder.spec.name].map((count) => maps[last += count]!);
  }
  throw new UnsupportedError(
    `Cannot freeze the encoder ${encoder.spec.name}: it has no folded form`,
  );
}
