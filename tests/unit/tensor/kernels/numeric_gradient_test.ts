import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { BUILDS, normal, type Numbers, useBuild } from "./compare.ts";

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

interface Case {
  name: string;
  /** Shapes of the inputs, all of which get a gradient. */
  inputs: number[][];
  operation: Operation;
  /**
   * Step of the central difference. Operations that are linear in each input take a large one,
   * where rounding matters least; the others one that does not cross a kink.
   */
  step: number;
}

const conv = (strides: number, pad: "same" | "valid"): Operation => (x, filter) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
const depthwise = (strides: number): Operation => (x, filter) =>
  tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, "same");

const CASES: Case[] = [
  {
    name: "conv2d 3x3, stride 1",
    inputs: [[2, 5, 4, 3], [3, 3, 3, 9]],
    operation: conv(1, "same"),
    step: 1,
  },
  {
    name: "conv2d 3x3, stride 2",
    inputs: [[2, 6, 5, 8], [3, 3, 8, 4]],
    operation: conv(2, "same"),
    step: 1,
  },
  {
    name: "conv2d 1x1, stride 2",
    inputs: [[1, 5, 5, 4], [1, 1, 4, 17]],
    operation: conv(2, "valid"),
    step: 1,
  },
  {
    name: "conv2d 5x2, valid",
    inputs: [[1, 7, 4, 2], [5, 2, 2, 5]],
    operation: conv(1, "valid"),
    step: 1,
  },
  {
    name: "conv2d 3x3 by Winograd",
    inputs: [[3, 5, 4, 8], [3, 3, 8, 8]],
    operation: conv(1, "same"),
    step: 1,
  },
  {
    name: "conv2d 3x3, stride 2, by Winograd",
    inputs: [[2, 16, 8, 8], [3, 3, 8, 8]],
    operation: conv(2, "same"),
    step: 1,
  },
  {
    name: "conv2d 5x5 by Winograd",
    inputs: [[1, 8, 8, 8], [5, 5, 8, 8]],
    operation: conv(1, "same"),
    step: 1,
  },
  {
    name: "conv2d with bias and ReLU",
    inputs: [[1, 4, 4, 3], [3, 3, 3, 8], [8]],
    operation: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias: bias!,
        strides: 1,
        pad: "same",
        activation: "relu",
      }),
    step: 1e-3,
  },
  {
    name: "transposed conv2d",
    inputs: [[1, 3, 4, 5], [3, 3, 8, 5]],
    operation: (x, filter) =>
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 6, 8, 8], 2, "same"),
    step: 1,
  },
  {
    name: "depthwise, stride 1",
    inputs: [[1, 4, 5, 6], [3, 3, 6, 1]],
    operation: depthwise(1),
    step: 1,
  },
  {
    name: "depthwise, stride 2, multiplier 2",
    inputs: [[1, 5, 5, 3], [3, 3, 3, 2]],
    operation: depthwise(2),
    step: 1,
  },
  {
    name: "max pooling",
    inputs: [[1, 6, 5, 6]],
    operation: (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, "same"),
    step: 1e-3,
  },
  {
    name: "average pooling with padding",
    inputs: [[1, 5, 6, 6]],
    operation: (x) => tf.avgPool(x as tf.Tensor4D, 3, 2, "same"),
    step: 1,
  },
  {
    name: "matMul",
    inputs: [[6, 9], [9, 10]],
    operation: (a, b) => tf.matMul(a!, b!),
    step: 1,
  },
  {
    name: "matMul, second transposed",
    inputs: [[6, 9], [10, 9]],
    operation: (a, b) => tf.matMul(a!, b!, false, true),
    step: 1,
  },
];

/** sum(operation(inputs) * weights), the sum in double precision. */
function weighted(operation: Operation, inputs: Numbers[], weights: number[]): number {
  const result = tf.tidy(() =>
    operation(...inputs.map(({ shape, values }) => tf.tensor(values.slice(), shape)))
      .dataSync<"float32">()
  );
  return result.reduce((sum, value, i) => sum + value * weights[i]!, 0);
}

for (const { name, inputs: shapes, operation, step } of CASES) {
  Deno.test(`the gradient of ${name} is what central differences say`, async () => {
    for (const build of BUILDS) {
      await useBuild(build);
      const inputs = shapes.map((shape, i) => normal(shape, i + 50));
      const gradients = tf.tidy(() => {
        const tensors = inputs.map(({ shape, values }) => tf.tensor(values.slice(), shape));
        const y = operation(...tensors);
        const dy = tf.tensor(normal(y.shape, 99).values, y.shape);
        return tf.grads(operation)(tensors, dy).map((gradient) => gradient.dataSync<"float32">());
      });
      const size = tf.tidy(() => operation(...shapes.map((shape) => tf.zeros(shape))).size);
      const weights = [...normal([size], 99).values];
      for (const [i, { values }] of inputs.entries()) {
        // Sums of float32 products keep the errors of their largest terms.
        const largest = gradients[i]!.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
        const tolerance = step === 1 ? Math.max(1e-4, 3e-5 * largest) : 2e-2;
        // Every element of small inputs, some 300 of large ones.
        for (let e = 0; e < values.length; e += 1 + Math.floor(values.length / 300)) {
          const at = values[e]!;
          values[e] = at + step;
          const high = values[e]!;
          const above = weighted(operation, inputs, weights);
          values[e] = at - step;
          const low = values[e]!;
          const below = weighted(operation, inputs, weights);
          values[e] = at;
          assertAlmostEquals(
            gradients[i]![e]!,
            (above - below) / (high - low),
            tolerance,
            `${build}: ${name}, input ${i}, element ${e}`,
          );
        }
      }
    }
  });
}
