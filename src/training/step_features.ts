/**
 * Step features: the part of a step's features that the measures of health are computed from, of
 * all replicas together.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Features } from "../encoders/encoder.ts";
import type { Task } from "../objectives/network.ts";
import type { Projections, Tensors } from "../objectives/objective.ts";
import type { Collective } from "../parallel/collective.ts";
import { allGatherRows } from "../tensor/ops/replicas.ts";

/** Most rows that are measured: measures grow with their square, and say no more from more. */
const MOST_ROWS = 512;

/** Features of one step, kept until they are disposed of. */
export class StepFeatures {
  readonly #collective: Collective;
  /** h, `[n, d]`, as the first task gets it; undefined before there was a step. */
  h: tf.Tensor2D | undefined;
  /** What each contrastive objective compares, by its name. */
  readonly projections: Record<string, Projections> = {};

  constructor(collective: Collective) {
    this.#collective = collective;
  }

  /** Keeps a task's share. Every replica must call it: they exchange rows. */
  keep({ objective }: Task, { pooled }: Features, outputs: Tensors): void {
    this.h ??= this.#sample(pooled);
    const compared = objective.projections?.(outputs);
    if (compared === undefined) return;
    this.projections[objective.spec.name] = { ...compared, z: this.#sample(compared.z) };
  }

  dispose(): void {
    this.h?.dispose();
    tf.dispose(Object.values(this.projections).map(({ z }) => z));
  }

  /** The first rows of every replica, pairs whole. */
  #sample(x: tf.Tensor2D): tf.Tensor2D {
    const rows = Math.min(x.shape[0], 2 * Math.floor(MOST_ROWS / this.#collective.size / 2));
    return tf.keep(tf.tidy(() => {
      const own = rows === x.shape[0] ? x.clone() : tf.slice(x, 0, rows);
      return allGatherRows(own as tf.Tensor2D, this.#collective);
    }));
  }
}
