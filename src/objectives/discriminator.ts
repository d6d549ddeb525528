/**
 * Discriminator: is this a photograph, or one whose hole somebody filled? Three strided
 * convolutions with leaky ReLUs (Radford et al., "DCGAN", ICLR 2016), without batch norm, which
 * would tell it from the company an image is in.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../random.ts";
import { Convolution } from "../tensor/layers/convolution.ts";
import { Dense } from "../tensor/layers/dense.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import type { Parameter } from "../tensor/parameter.ts";

/** Channels of the three layers. */
const CHANNELS = [16, 32, 64];
/** DCGAN's. */
const SLOPE = 0.2;

/** Its weights are the adversary's own group. */
export class Discriminator {
  readonly #convs: readonly Convolution[];
  readonly #output: Dense;

  constructor(channels: number, random: Random) {
    this.#convs = CHANNELS.map((outputs, i) =>
      new Convolution({
        name: `discriminator/conv${i}`,
        size: 3,
        inputs: CHANNELS[i - 1] ?? channels,
        outputs,
        stride: 2,
      }, random)
    );
    const inputs = CHANNELS.at(-1)!;
    this.#output = new Dense(
      { name: "discriminator/output", inputs, outputs: 1, bias: true },
      random,
    );
  }

  /** `[n, h, w, c]` → logits `[n, 1]`, above 0 for real. */
  apply(images: tf.Tensor4D): tf.Tensor2D {
    const map = this.#convs.reduce((x, conv) => tf.leakyRelu(conv.apply(x), SLOPE), images);
    return this.#output.apply(globalAveragePool(map));
  }

  parameters(): Parameter[] {
    return [...this.#convs, this.#output]
      .flatMap((layer) => layer.parameters())
      .map((parameter) => ({ ...parameter, group: "adversary" }));
  }

  dispose(): void {
    for (const layer of [...this.#convs, this.#output]) layer.dispose();
  }
}
