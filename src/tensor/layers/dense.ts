/** Fully connected layer. @module */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../random.ts";
import type { Parameter } from "../parameter.ts";
import { linearUniform } from "./initializers.ts";

/** x·W + b, with W [in, out] and b [out]. */
export class Dense {
  readonly kernel: tf.Variable;
  readonly bias: tf.Variable | null;
  readonly #name: string;

  constructor(
    options: { name: string; inputs: number; outputs: number; bias: boolean },
    random: Random,
  ) {
    const { name, inputs, outputs } = options;
    this.#name = name;
    const stream = random.stream(`${name}/kernel`);
    this.kernel = tf.tidy(() => tf.variable(linearUniform([inputs, outputs], inputs, stream)));
    this.bias = options.bias
      ? tf.tidy(() => tf.variable(linearUniform([outputs], inputs, stream)))
      : null;
  }

  /** [n, in] → [n, out]. */
  apply(x: tf.Tensor2D): tf.Tensor2D {
    const y = tf.matMul<tf.Tensor2D>(x, this.kernel as tf.Variable<tf.Rank.R2>);
    return this.bias === null ? y : tf.add<tf.Tensor2D>(y, this.bias);
  }

  parameters(): Parameter[] {
    const kernel: Parameter = {
      name: `${this.#name}/kernel`,
      variable: this.kernel,
      group: "main",
      decay: true,
    };
    if (this.bias === null) return [kernel];
    return [kernel, {
      name: `${this.#name}/bias`,
      variable: this.bias,
      group: "main",
      decay: false,
    }];
  }

  dispose(): void {
    this.kernel.dispose();
    this.bias?.dispose();
  }
}
