/**
 * An encoder as a tfjs LayersModel: the same network of stock layers with the same weights, for
 * whoever wants to run it without Alike.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UnsupportedError } from "../errors.ts";
import { BatchNorm } from "../tensor/layers/batch_norm.ts";
import type { Convolution } from "../tensor/layers/convolution.ts";
import type { Encoder } from "./encoder.ts";
import { ResNet } from "./resnet.ts";
import { SmallConv } from "./small_conv.ts";

type Symbolic = tf.SymbolicTensor;

/** Builds stock layers and remembers whose weights they get. */
class Builder {
  readonly sources: { layer: tf.layers.Layer; weights: tf.Variable[] }[] = [];

  convolution(x: Symbolic, source: Convolution): Symbolic {
    const [size, , , filters] = source.kernel.shape as [number, number, number, number];
    const layer = tf.layers.conv2d({
      filters,
      kernelSize: size,
      strides: source.stride,
      padding: "same",
      useBias: false,
    });
    this.sources.push({ layer, weights: [source.kernel] });
    return layer.apply(x) as Symbolic;
  }

  norm(x: Symbolic, source: BatchNorm): Symbolic {
    const layer = tf.layers.batchNormalization({ epsilon: BatchNorm.epsilon });
    const { gamma, beta, mean, variance } = source;
    this.sources.push({ layer, weights: [gamma, beta, mean, variance] });
    return layer.apply(x) as Symbolic;
  }

  relu(x: Symbolic): Symbolic {
    return tf.layers.reLU().apply(x) as Symbolic;
  }
}

/**
 * Converts an encoder. The model takes preprocessed input [n, size, size, channels] and gives h.
 *
 * @throws {UnsupportedError} For an encoder that has no such form.
 */
export function toLayersModel(encoder: Encoder, size: number, channels: number): tf.LayersModel {
  const input = tf.input({ shape: [size, size, channels] });
  const builder = new Builder();
  const map = features(encoder, input, builder);
  const pooled = tf.layers.globalAveragePooling2d({}).apply(map) as Symbolic;
  const model = tf.model({ inputs: input, outputs: pooled, name: encoder.spec.name });
  for (const { layer, weights } of builder.sources) layer.setWeights(weights);
  return model;
}

function features(encoder: Encoder, input: Symbolic, b: Builder): Symbolic {
  if (encoder instanceof SmallConv) {
    return encoder.layers.reduce(
      (x, { conv, norm }) => b.relu(b.norm(b.convolution(x, conv), norm)),
      input,
    );
  }
  if (encoder instanceof ResNet) {
    const stem = b.relu(b.norm(b.convolution(input, encoder.stem), encoder.stemNorm));
    return encoder.blocks.reduce((x, block) => {
      const inner = b.relu(b.norm(b.convolution(x, block.conv1), block.norm1));
      const outer = b.norm(b.convolution(inner, block.conv2), block.norm2);
      const residual = block.shortcut === null
        ? x
        : b.norm(b.convolution(x, block.shortcut.conv), block.shortcut.norm);
      return b.relu(tf.layers.add().apply([outer, residual]) as Symbolic);
    }, stem);
  }
  throw new UnsupportedError(
    `Cannot convert the encoder ${encoder.spec.name}: it has no LayersModel form`,
  );
}
