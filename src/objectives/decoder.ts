/**
 * Decoder: features back to an image, stage by stage the reverse of an encoder. Where a stage of
 * the encoder halves the map, the decoder doubles it, by nearest neighbours before a convolution.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ApplyOptions, FeatureSpec } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import { BatchNorm } from "../tensor/layers/batch_norm.ts";
import { Convolution } from "../tensor/layers/convolution.ts";
import { upsample } from "../tensor/ops/upsample.ts";
import type { Buffer, Module, Parameter } from "../tensor/parameter.ts";

/** What a stage of the encoder took, from what it made. */
interface DecoderStage extends Module {
  /** `[n, ⌈h / stride⌉, ⌈w / stride⌉, c]` → `[n, h, w, c']`. */
  apply(map: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D;
}

/** Features of a stage below: one convolution, batch norm and ReLU, as those features were made. */
class FeatureStage implements DecoderStage {
  readonly #conv: Convolution;
  readonly #norm: BatchNorm;
  readonly #side: number;

  constructor(name: string, inputs: number, outputs: number, side: number, random: Random) {
    this.#side = side;
    this.#conv = new Convolution({ name: `${name}/conv`, size: 3, inputs, outputs }, random);
    this.#norm = new BatchNorm(`${name}/norm`, outputs);
  }

  apply(map: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D {
    return this.#norm.apply(this.#conv.apply(grow(map, this.#side)), { ...options, relu: true });
  }

  parameters(): Parameter[] {
    return [...this.#conv.parameters(), ...this.#norm.parameters()];
  }

  buffers(): Buffer[] {
    return this.#norm.buffers();
  }

  dispose(): void {
    this.#conv.dispose();
    this.#norm.dispose();
  }
}

/** The image: another convolution, with a bias and nothing behind it. */
class ImageStage implements DecoderStage {
  readonly #features: FeatureStage;
  readonly #conv: Convolution;
  readonly #bias: tf.Variable;

  constructor(inputs: number, channels: number, side: number, random: Random) {
    this.#features = new FeatureStage("image", inputs, inputs, side, random);
    this.#conv = new Convolution(
      { name: "image/output", size: 3, inputs, outputs: channels, fan: "inputs" },
      random,
    );
    this.#bias = tf.tidy(() => tf.variable(tf.zeros([channels])));
  }

  apply(map: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D {
    return this.#conv.apply(this.#features.apply(map, options)).add(this.#bias);
  }

  parameters(): Parameter[] {
    return [...this.#features.parameters(), ...this.#conv.parameters(), {
      name: "image/output/bias",
      variable: this.#bias,
      group: "main",
      decay: false,
    }];
  }

  buffers(): Buffer[] {
    return this.#features.buffers();
  }

  dispose(): void {
    this.#features.dispose();
    this.#conv.dispose();
    this.#bias.dispose();
  }
}

/** Doubles a map, if need be, to a side. */
function grow(map: tf.Tensor4D, side: number): tf.Tensor4D {
  return map.shape[1] === side ? map : upsample(map, [side, side]);
}

/** The reverse of a whole encoder. */
export class Decoder implements Module {
  /** As the encoder's, from the image up: the last one takes the encoder's map. */
  readonly stages: readonly DecoderStage[];

  constructor(
    features: FeatureSpec,
    { size, channels }: Pick<Preprocessing, "size" | "channels">,
    random: Random,
  ) {
    let side = size;
    this.stages = features.stages.map(({ dimensions, stride }, i) => {
      const target = side;
      side = Math.ceil(side / stride);
      const below = features.stages[i - 1];
      return below === undefined
        ? new ImageStage(dimensions, channels, target, random)
        : new FeatureStage(`stage${i}`, dimensions, below.dimensions, target, random);
    });
  }

  /** @param map As the encoder made it. @returns `[n, size, size, channels]`, normalised. */
  apply(map: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D {
    return this.stages.reduceRight((x, stage) => stage.apply(x, options), map);
  }

  parameters(): Parameter[] {
    return this.stages.flatMap((stage) => stage.parameters());
  }

  buffers(): Buffer[] {
    return this.stages.flatMap((stage) => stage.buffers());
  }

  dispose(): void {
    for (const stage of this.stages) stage.dispose();
  }
}
