/** Batch normalisation with running statistics (Ioffe & Szegedy 2015). @module */
import * as tf from "@tensorflow/tfjs";
import type { Collective } from "../../parallel/collective.ts";
import { singleReplica } from "../../parallel/single.ts";
import { batchNormInference, batchNormTraining } from "../ops/batch_norm.ts";
import { updateRunningStatistics } from "../ops/running_statistics.ts";
import type { Buffer, Parameter } from "../parameter.ts";
import { BATCH_NORM_EPSILON } from "./batch_norm_epsilon.ts";

/** PyTorch's value. */
const MOMENTUM = 0.1;

/** How {@linkcode BatchNorm.apply} is to run. */
export interface BatchNormOptions {
  training: boolean;
  collective?: Collective | undefined;
  /**
   * Whether training updates the running statistics.
   *
   * @default {true}
   */
  updateStatistics?: boolean;
  /** Whether a ReLU follows. */
  relu: boolean;
  /** Added before the ReLU. */
  residual?: tf.Tensor | undefined;
}

/** Normalisation over all axes but the last, fused with the residual sum and ReLU behind it. */
export class BatchNorm {
  static readonly epsilon = BATCH_NORM_EPSILON;
  readonly gamma: tf.Variable;
  readonly beta: tf.Variable;
  readonly mean: tf.Variable;
  readonly variance: tf.Variable;
  readonly #name: string;

  constructor(name: string, channels: number) {
    this.#name = name;
    [this.gamma, this.beta, this.mean, this.variance] = tf.tidy(() => [
      tf.variable(tf.ones([channels])),
      tf.variable(tf.zeros([channels])),
      tf.variable(tf.zeros([channels]), false),
      tf.variable(tf.ones([channels]), false),
    ]) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
  }

  apply<T extends tf.Tensor>(x: T, options: BatchNormOptions): T {
    const { relu, residual } = options;
    const common = { epsilon: BATCH_NORM_EPSILON, relu, ...(residual ? { residual } : {}) };
    const gamma = this.gamma as tf.Variable<tf.Rank.R1>;
    const beta = this.beta as tf.Variable<tf.Rank.R1>;
    if (!options.training) {
      return batchNormInference(
        x,
        this.mean as tf.Variable<tf.Rank.R1>,
        this.variance as tf.Variable<tf.Rank.R1>,
        gamma,
        beta,
        common,
      ) as T;
    }
    const collective = options.collective ?? singleReplica;
    const { y, mean, variance } = batchNormTraining(x, gamma, beta, { ...common, collective });
    if (options.updateStatistics ?? true) {
      const rows = collective.size * x.size / gamma.size;
      updateRunningStatistics(this, { mean, variance }, { momentum: MOMENTUM, rows });
    }
    return y as T;
  }

  parameters(): Parameter[] {
    return [
      { name: `${this.#name}/gamma`, variable: this.gamma, group: "main", decay: false },
      { name: `${this.#name}/beta`, variable: this.beta, group: "main", decay: false },
    ];
  }

  buffers(): Buffer[] {
    return [
      { name: `${this.#name}/mean`, variable: this.mean },
      { name: `${this.#name}/variance`, variable: this.variance },
    ];
  }

  dispose(): void {
    for (const variable of [this.gamma, this.beta, this.mean, this.variance]) variable.dispose();
  }
}
