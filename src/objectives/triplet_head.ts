/**
 * A head on triplets of rows: an item's first and last row with each of two middles between them,
 * side by side into a two-layer perceptron.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Features } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import { MlpHead } from "./mlp_head.ts";
import type { Head, Tensors } from "./objective.ts";

/** Rows of an item: first, a middle, last, another middle. */
export const TRIPLET_ROWS = 4;

/** Features [4n, d] → logits [2n, 2]: an item's two triplets, out of order or in order. */
export class TripletHead implements Head {
  readonly #mlp: MlpHead;

  /** @param options.inputs Dimension of a row of features. */
  constructor({ inputs, hidden }: { inputs: number; hidden: number }, random: Random) {
    this.#mlp = new MlpHead(
      { inputs: 3 * inputs, hidden, outputs: 2, output: "logits", bias: true },
      random,
    );
  }

  apply({ pooled }: Features, options: Parameters<Head["apply"]>[1]): Tensors {
    const [rows, d] = pooled.shape;
    const items = pooled.reshape([rows / TRIPLET_ROWS, TRIPLET_ROWS, d]);
    const row = (i: number) => items.slice([0, i, 0], [-1, 1, -1]);
    const [first, middle, last, other] = [row(0), row(1), row(2), row(3)];
    const triplets = tf.concat([first, middle, last, first, other, last], 1);
    const joined = triplets.reshape([rows / 2, 3 * d]) as tf.Tensor2D;
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
