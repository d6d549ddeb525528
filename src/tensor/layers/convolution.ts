/** 2-D convolution without bias, as before a batch norm. @module */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../random.ts";
import type { Parameter } from "../parameter.ts";
import { heNormal } from "./initializers.ts";

/** A filter bank [size, size, in, out] with its stride; padding is "same". */
export class Convolution {
  readonly stride: number;
  readonly kernel: tf.Variable;
  readonly #parameter: Parameter;

  constructor(
    options: {
      name: string;
      size: number;
      inputs: number;
      outputs: number;
      stride?: number;
      /**
       * Whether its inputs or its outputs are counted for the size of fresh weights. Outputs are
       * torchvision's choice; a layer of few outputs would begin with huge ones.
       *
       * @default {"outputs"}
       */
      fan?: "inputs" | "outputs";
    },
    random: Random,
  ) {
    const { name, size, inputs, outputs } = options;
    this.stride = options.stride ?? 1;
    const shape = [size, size, inputs, outputs];
    const fan = size * size * (options.fan === "inputs" ? inputs : outputs);
    this.kernel = tf.tidy(() => tf.variable(heNormal(shape, fan, random.stream(`${name}/kernel`))));
    this.#parameter = {
      name: `${name}/kernel`,
      variable: this.kernel,
      group: "main",
      decay: true,
    };
  }

  /** [n, h, w, in] → [n, ⌈h/stride⌉, ⌈w/stride⌉, out]. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    return tf.conv2d(x, this.kernel as tf.Variable<tf.Rank.R4>, this.stride, "same");
  }

  parameters(): Parameter[] {
    return [this.#parameter];
  }

  dispose(): void {
    this.kernel.dispose();
  }
}
