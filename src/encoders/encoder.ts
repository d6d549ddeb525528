/**
 * Encoder f: input → features h. The contract that every network keeps.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { EncoderSpec } from "../schemas/encoder.ts";
import type { Collective } from "../parallel/collective.ts";
import type { Module } from "../tensor/parameter.ts";

/** What an encoder makes of a batch of n inputs. */
export interface Features {
  /** h, shape [n, d]: what is served as the embedding and given to most heads. */
  pooled: tf.Tensor2D;
  /** The last feature map before pooling, [n, height, width, d], of image encoders. */
  map?: tf.Tensor4D;
  /** Features of each position, [n, length, d], of sequence encoders. */
  tokens?: tf.Tensor3D;
}

/** The shape of what comes out, for whoever builds a head on it. */
export interface FeatureSpec {
  /** d, the dimension of h. */
  dimensions: number;
  /** Of each stage, from the input up; the last one's output is the map. */
  stages: readonly StageShape[];
}

/** What a stage makes of a map. */
export interface StageShape {
  /** Channels of its output. */
  readonly dimensions: number;
  /** How many times smaller its output's sides are, rounded up: 1 or 2. */
  readonly stride: 1 | 2;
}

/** A part of an image encoder that can be run by itself; its weights have the encoder's names. */
export interface EncoderStage extends StageShape, Pick<Module, "parameters" | "buffers"> {
  /** @param x The input, or what the stage below made. */
  apply(x: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D;
}

/** How {@linkcode Encoder.apply} is to run. */
export interface ApplyOptions {
  /** True: batch norm uses the batch's statistics and updates the running ones. */
  training: boolean;
  /** Whom batch statistics are shared with. @default {singleReplica} */
  collective?: Collective;
  /**
   * Whether training updates the running statistics.
   *
   * @default {true}
   */
  updateStatistics?: boolean;
}

/** A network with weights. */
export interface Encoder extends Module {
  readonly spec: EncoderSpec;
  readonly features: FeatureSpec;
  /** One after the other they make the map. */
  readonly stages: readonly EncoderStage[];
  /**
   * @param x Preprocessed input, float32; [n, size, size, channels] for images.
   * @returns Features on the same backend, the caller's to dispose.
   */
  apply(x: tf.Tensor, options: ApplyOptions): Features;
}
