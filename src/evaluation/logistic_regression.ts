/**
 * Multinomial logistic regression: mean cross-entropy of softmax(x·W + b), plus l2 / 2 · |W|² (not
 * on b). Convex, so the minimum does not depend on where or how one looks for it.
 *
 * The matrix products run on the backend, in single precision; all else in double precision.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { FeatureMatrix } from "./features.ts";
import { type Evaluated, minimise, type Minimum } from "./lbfgs.ts";

/** Weights of a linear classifier. */
export interface LinearWeights {
  /** W, row-major dimensions × classes, then b: (dimensions + 1) × classes numbers. */
  values: Float64Array;
  dimensions: number;
  classes: number;
}

const MOST_ITERATIONS = 300;
/** Of the mean loss with respect to any one weight. */
const TOLERANCE = 1e-4;
/** Of the loss over a few iterations; what is left to gain then turns no answer. */
const PROGRESS = 1e-5;

/** The regression over one set of labelled rows; to be disposed of. */
export class LogisticRegression {
  readonly #x: tf.Tensor2D;
  readonly #labels: Int32Array;
  readonly #dimensions: number;
  readonly #classes: number;

  /** @param labels The class of each row, 0..classes-1. */
  constructor(features: FeatureMatrix, labels: Int32Array, classes: number) {
    const { values, rows, dimensions } = features;
    this.#x = tf.tensor2d(values, [rows, dimensions]);
    this.#labels = labels;
    this.#dimensions = dimensions;
    this.#classes = classes;
  }

  /** The loss and its gradient, both in the layout of {@linkcode LinearWeights}. */
  async evaluate(weights: Float64Array, l2: number): Promise<Evaluated> {
    const classes = this.#classes;
    const rows = this.#labels.length;
    const logits = await product(() => this.#x.matMul(this.#matrix(weights)));
    const bias = weights.subarray(this.#dimensions * classes);
    /** ∂ loss / ∂ logits: (softmax − one-hot) / rows. */
    const excess = new Float32Array(rows * classes);
    const biasGradient = new Float64Array(classes);
    const scores = new Float64Array(classes);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      let top = -Infinity;
      for (let c = 0; c < classes; c++) {
        scores[c] = logits[row * classes + c]! + bias[c]!;
        top = Math.max(top, scores[c]!);
      }
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += Math.exp(scores[c]! - top);
      const label = this.#labels[row]!;
      loss += Math.log(sum) + top - scores[label]!;
      for (let c = 0; c < classes; c++) {
        const p = Math.exp(scores[c]! - top) / sum - (c === label ? 1 : 0);
        excess[row * classes + c] = p / rows;
        biasGradient[c]! += p / rows;
      }
    }
    const matrixGradient = await product(() =>
      tf.matMul(this.#x, tf.tensor2d(excess, [rows, classes]), true, false)
    );
    const gradient = new Float64Array(weights.length);
    let squares = 0;
    for (let i = 0; i < matrixGradient.length; i++) {
      gradient[i] = matrixGradient[i]! + l2 * weights[i]!;
      squares += weights[i]! ** 2;
    }
    gradient.set(biasGradient, matrixGradient.length);
    return { value: loss / rows + 0.5 * l2 * squares, gradient };
  }

  /**
   * The minimum.
   *
   * @param start Weights to begin with, near ones of a neighbouring l2, say. @default {zeros}
   * @param pause Called between evaluations.
   */
  async fit(
    l2: number,
    pause: () => Promise<void>,
    start: Float64Array = new Float64Array((this.#dimensions + 1) * this.#classes),
  ): Promise<Minimum> {
    return await minimise(
      async (point) => {
        await pause();
        return await this.evaluate(point, l2);
      },
      start,
      { iterations: MOST_ITERATIONS, tolerance: TOLERANCE, progress: PROGRESS },
    );
  }

  dispose(): void {
    this.#x.dispose();
  }

  #matrix(weights: Float64Array): tf.Tensor2D {
    const matrix = weights.subarray(0, this.#dimensions * this.#classes);
    return tf.tensor2d(Float32Array.from(matrix), [this.#dimensions, this.#classes]);
  }
}

/** The most probable class of each row. */
export async function classifyLinearly(
  features: FeatureMatrix,
  { values, dimensions, classes }: LinearWeights,
): Promise<Int32Array> {
  if (features.rows === 0) return new Int32Array();
  const split = dimensions * classes;
  const predicted = tf.tidy(() => {
    const x = tf.tensor2d(features.values, [features.rows, dimensions]);
    const matrix = tf.tensor2d(Float32Array.from(values.subarray(0, split)), [dimensions, classes]);
    const bias = tf.tensor1d(Float32Array.from(values.subarray(split)));
    return tf.argMax(x.matMul(matrix).add(bias), 1);
  });
  const classIds = Int32Array.from(await predicted.data<"int32">());
  predicted.dispose();
  return classIds;
}

async function product(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  const values = await result.data<"float32">();
  result.dispose();
  return values;
}
