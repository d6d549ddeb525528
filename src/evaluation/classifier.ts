/**
 * Classifier: an encoder with one linear layer on h, trained with labels. Whoever judges says what
 * is to be trained; how is the business of `src/training/train_classifier.ts`, which keeps this
 * contract.
 *
 * @module
 */
import type { PackedImages } from "../data/packed_images.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { ClassifierBudget, UnlabelledBudget } from "../schemas/evaluation.ts";
import type { LabelledImages } from "./labelled_images.ts";

/** What a classifier learns from without labels, and how. */
export interface Unlabelled {
  images: PackedImages;
  /** At least one. */
  positions: readonly number[];
  budget: UnlabelledBudget;
}

/** What a classifier is trained with. */
export interface TrainClassifierOptions {
  /** Its weights are changed: pass a copy of those that are still needed. */
  encoder: Encoder;
  /** What it learns from. */
  items: LabelledImages;
  classes: number;
  budget: ClassifierBudget;
  /**
   * Learned from too; the teacher is of the encoder's shape, and its weights are changed.
   *
   * @default {the labels alone}
   */
  unlabelled?: { from: Unlabelled; teacher: Encoder } | undefined;
  /** Draws the head's weights, the order of the items, and the augmentations. */
  random: Random;
  /** Told the share done, 0..1, after each step. */
  onStep: (fraction: number) => void;
}

/** A trained classifier. */
export interface Classifier {
  /** Share of the items without labels whose label it was sure of in the end; null without any. */
  taken: number | null;
  /** The most probable class of each image, 0..classes-1. */
  classify(items: LabelledImages): Promise<Int32Array>;
  /** Frees the head; the encoder is the caller's. */
  dispose(): void;
}

/** Trains a classifier to the end of its budget. There is no early stop: the last step counts. */
export type TrainClassifier = (options: TrainClassifierOptions) => Promise<Classifier>;
