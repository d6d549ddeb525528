/**
 * Mean teacher: the moving average of a classifier's weights while it learns, which says what items
 * without labels are (Tarvainen & Valpola 2017). While the learning rate is high it is right far
 * more often than the weights of any one step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Encoder } from "../encoders/encoder.ts";
import type { Dense } from "../tensor/layers/dense.ts";
import { MovingAverage } from "./moving_average.ts";

/** How slowly the mean of what the teacher says follows it. */
const MEAN_DECAY = 0.99;

/** An encoder and a linear layer on it. */
export interface ClassifierNetwork {
  encoder: Encoder;
  head: Dense;
}

/** Targets of the items of a batch. */
export interface PseudoLabels {
  /** float32 [n, classes]: a 1 at the class the teacher is sure of; zeros where it is not. */
  targets: tf.Tensor2D;
  /** float32, 0..1: the share of the items that it is sure of. */
  taken: tf.Scalar;
}

/** Follows a student. */
export class MeanTeacher {
  readonly #network: ClassifierNetwork;
  readonly #average: MovingAverage;
  readonly #prior: tf.Tensor1D;
  readonly #mean: tf.Variable<tf.Rank.R1>;

  /**
   * @param network Of the student's shapes; its weights are changed. The caller's to dispose.
   * @param student Whom it follows.
   * @param prior How often each class is to come, which sums to 1: over many batches the teacher's
   *   answers are made to say so (distribution alignment, Berthelot et al., "ReMixMatch", 2020).
   */
  constructor(network: ClassifierNetwork, student: ClassifierNetwork, prior: readonly number[]) {
    this.#network = network;
    this.#average = new MovingAverage(variablesOf(network), variablesOf(student));
    this.#prior = tf.tensor1d([...prior]);
    this.#mean = tf.variable(this.#prior, false) as tf.Variable<tf.Rank.R1>;
  }

  /** After each step of the student's. */
  follow(): void {
    this.#average.update();
  }

  /**
   * What it says of a batch, in the state it is in.
   *
   * @param x float32 [n, h, w, c], hardly distorted.
   * @param threshold Least probability at which it is sure.
   */
  label(x: tf.Tensor4D, threshold: number): PseudoLabels {
    return tf.tidy(() => {
      const { encoder, head } = this.#network;
      const { pooled } = encoder.apply(x, { training: false });
      const said = tf.softmax(head.apply(pooled)) as tf.Tensor2D;
      const mean = tf.add(tf.mul(this.#mean, MEAN_DECAY), tf.mul(tf.mean(said, 0), 1 - MEAN_DECAY));
      this.#mean.assign(mean as tf.Tensor1D);
      const aligned = tf.mul(said, tf.div(this.#prior, this.#mean));
      const probabilities = tf.div(aligned, tf.sum(aligned, 1, true));
      const sure = tf.cast(tf.greaterEqual(tf.max(probabilities, 1), threshold), "float32");
      const classes = tf.oneHot(tf.cast(tf.argMax(probabilities, 1), "int32"), said.shape[1]);
      return {
        targets: tf.mul(tf.cast(classes, "float32"), tf.expandDims(sure, 1)) as tf.Tensor2D,
        taken: tf.mean(sure) as tf.Scalar,
      };
    });
  }

  /** The network that follows is left to whoever made it. */
  dispose(): void {
    this.#prior.dispose();
    this.#mean.dispose();
  }
}

function variablesOf({ encoder, head }: ClassifierNetwork): tf.Variable[] {
  return [...encoder.parameters(), ...encoder.buffers(), ...head.parameters()]
    .map(({ variable }) => variable);
}
