/**
 * Objective: a pretext task. The contract that every method keeps, and all that training knows.
 *
 * A step is: `views` → encoder → `head` → `losses` → gradients. An objective holds no weights
 * (they are the head's) and no state between steps, so a step can be replayed from its key and the
 * place it has in the run.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../data/image_batch.ts";
import type { ApplyOptions, Encoder, Features, FeatureSpec } from "../encoders/encoder.ts";
import type { Collective } from "../parallel/collective.ts";
import type { Random } from "../random.ts";
import type { ObjectiveSpec } from "../schemas/objective.ts";
import type { Module, ParameterGroup } from "../tensor/parameter.ts";
import type { Panel } from "./panel.ts";

/** Named tensors. */
export type Tensors = Record<string, tf.Tensor>;

/** What the encoder gets to see, and what the head should say of it. */
export interface Views {
  /**
   * All views of all items stacked on the batch axis, an item's views next to each other, so that
   * one forward pass serves them.
   */
  inputs: tf.Tensor;
  /**
   * What `losses` and `metrics` compare with; empty where the views themselves are the target. Rows
   * as of the outputs.
   */
  targets: Tensors;
}

/** What an objective puts on the encoder. */
export interface Head extends Module {
  /**
   * @returns Named outputs; for SimCLR `{ z }`, for classification `{ logits }`. The first axis of
   * each is rows in the order of the items, as many for each: chunks of a batch are put together.
   */
  apply(features: Features, options: ApplyOptions): Tensors;
}

/** The loss of each parameter group; `main` also trains the encoder. */
export type Losses = { main: tf.Scalar } & Partial<Record<ParameterGroup, tf.Scalar>>;

/** What a contrastive objective compares. */
export interface Projections {
  /** `[2k, d]`, of any length; rows 2i and 2i+1 are a pair. */
  z: tf.Tensor2D;
  /** τ of the softmax over similarities. */
  temperature: number;
}

/** A pretext task. */
export interface Objective {
  readonly spec: ObjectiveSpec;
  /** How many rows of the encoder's batch an item becomes. */
  readonly viewsPerItem: number;
  /**
   * Draws the views of a batch; equal keys (seed, epoch, index) give equal views.
   *
   * @param progress How much of the run is done, 0..1, for an objective that goes in phases; the
   * same on all replicas. @default {1}
   */
  views(batch: ImageBatch, random: Random, progress?: number): Views;
  /**
   * How the views of one item are shown to people: as the encoder gets them, and what it is asked
   * of them.
   *
   * @param views Of a batch of one. @default {each row by itself}
   */
  panels?(views: Views): Promise<Panel[]>;
  /**
   * How the encoder is run on the views, for an objective whose head needs more than the encoder
   * makes of `inputs`: what it returns goes to its own head as it is.
   *
   * @default {encoder.apply(views.inputs, options)}
   */
  encode?(encoder: Encoder, views: Views, options: ApplyOptions): Features;
  /** A head with fresh weights. */
  head(features: FeatureSpec, random: Random): Head;
  /** Scalars to minimise, means over the global batch. Differentiable. */
  losses(outputs: Tensors, targets: Tensors, collective: Collective): Losses;
  /**
   * Scalars worth showing, over the global batch, by the name they are shown under. One called
   * `adversaryAccuracy` is what share an adversary tells right, half of it being chance: the run's
   * health is judged by it.
   */
  metrics(
    outputs: Tensors,
    targets: Tensors,
    collective: Collective,
  ): Record<string, tf.Scalar>;
  /** Of an objective that compares pairs: which outputs, for the measures of a run's health. */
  projections?(outputs: Tensors): Projections;
  /** Rates of parameter groups, as shares of the recipe's. @default {1 each} */
  readonly rates?: Partial<Record<ParameterGroup, number>>;
  /** The loss of a head that knows nothing, for a batch of so many items, where there is such. */
  chanceLoss?(items: number): number;
}
