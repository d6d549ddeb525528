/**
 * The head that image objectives share: dense, batch norm, ReLU, dense; SimCLR's projector g.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../random.ts";
import { BatchNorm } from "../tensor/layers/batch_norm.ts";
import { Dense } from "../tensor/layers/dense.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import type { ApplyOptions, Features } from "../encoders/encoder.ts";
import type { Head, Tensors } from "./objective.ts";

/** What {@linkcode MlpHead} is built from. */
export interface MlpHeadOptions {
  /** Dimension of what goes in. */
  inputs: number;
  /** Units of the hidden layer. */
  hidden: number;
  outputs: number;
  /** The name its output goes by: `z`, `logits`. */
  output: string;
  /** Whether the last layer has a bias; SimCLR's projector has none. */
  bias: boolean;
  /**
   * Puts rows of features side by side into one input: the tiles of an image, two patches.
   *
   * @default {each row by itself}
   */
  join?: (pooled: tf.Tensor2D) => tf.Tensor2D;
}

/** A two-layer perceptron on the pooled features. */
export class MlpHead implements Head {
  /** What it was built from. */
  readonly options: MlpHeadOptions;
  readonly #hidden: Dense;
  readonly #norm: BatchNorm;
  readonly #output: Dense;

  constructor(options: MlpHeadOptions, random: Random) {
    this.options = options;
    const { inputs, hidden, outputs, bias } = options;
    // The norm behind it has the bias.
    this.#hidden = new Dense({ name: "hidden", inputs, outputs: hidden, bias: false }, random);
    this.#norm = new BatchNorm("hidden_norm", hidden);
    this.#output = new Dense({ name: "output", inputs: hidden, outputs, bias }, random);
  }

  apply(features: Features, options: ApplyOptions): Tensors {
    const hidden = this.hidden(features, options);
    return { [this.options.output]: this.#output.apply(hidden) };
  }

  /** The hidden layer, [rows, hidden]. */
  hidden(features: Features, options: ApplyOptions): tf.Tensor2D {
    const { join } = this.options;
    const x = join === undefined ? features.pooled : join(features.pooled);
    return this.#norm.apply(this.#hidden.apply(x), { ...options, relu: true });
  }

  /** What of the parameters is the hidden layer's. */
  hiddenParameters(): Parameter[] {
    return [this.#hidden, this.#norm].flatMap((layer) => layer.parameters());
  }

  parameters(): Parameter[] {
    return [...this.hiddenParameters(), ...this.#output.parameters()];
  }

  buffers(): Buffer[] {
    return this.#norm.buffers();
  }

  dispose(): void {
    for (const layer of [this.#hidden, this.#norm, this.#output]) layer.dispose();
  }
}
