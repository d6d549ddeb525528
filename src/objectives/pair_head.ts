/**
 * A head on pairs of rows: the first row of an item beside each of its others, side by side into a
 * two-layer perceptron.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Features } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Head, Tensors } from "./objective.ts";

/** What {@linkcode PairHead} is built from. */
export interface PairHeadOptions {
  /** Dimension of a row of features. */
  inputs: number;
  hidden: number;
  outputs: number;
  /** Rows of an item, the first among them: each gives rows - 1 pairs. */
  rows: number;
}

/** Features [n * rows, d] → logits [n * (rows - 1), outputs]. */
export class PairHead implements Head {
  readonly #rows: number;
  readonly #mlp: MlpHead;

  constructor({ inputs, hidden, outputs, rows }: PairHeadOptions, random: Random) {
    this.#rows = rows;
    this.#mlp = new MlpHead(
      { inputs: 2 * inputs, hidden, outputs, output: "logits", bias: true },
      random,
    );
  }

  apply({ pooled }: Features, options: Parameters<Head["apply"]>[1]): Tensors {
    const [n, d] = pooled.shape;
    const pairs = this.#rows - 1;
    const items = pooled.reshape([n / this.#rows, this.#rows, d]);
    const first = items.slice([0, 0, 0], [-1, 1, -1]).tile([1, pairs, 1]);
    const others = items.slice([0, 1, 0], [-1, pairs, -1]);
    const joined = tf.concat([first, others], 2).reshape([-1, 2 * d]) as tf.Tensor2D;
    return this.#mlp.apply({ pooled: joined }, options);
  }

  parameters(): Parameter[] {
    return this.#mlp.parameters();
  }

  buffers(): Buffer[] {
    return this.#mlp.buffers();
  }

  dispose(): void {
    this.#mlp.dispose();
  }
}
