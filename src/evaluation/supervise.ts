/**
 * Supervised run: the same encoder with a linear layer, from fresh weights, with all the labels.
 * What a linear probe of a self-supervised encoder is up against.
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { ClassifierBudget, SupervisedResult } from "../schemas/evaluation.ts";
import type { TrainClassifier } from "./classifier.ts";
import { difference, rightAnswers, shareRight } from "./compare.ts";
import { confusionOf } from "./confusion.ts";
import { learnAndClassify } from "./learn_and_classify.ts";
import type { LabelledImages } from "./labelled_images.ts";

/** What is trained on what. */
export interface SuperviseOptions {
  /** The encoder with fresh weights; disposed of here. */
  fresh: () => Encoder;
  trainClassifier: TrainClassifier;
  items: LabelledImages;
  /** What is classified; no item of it was trained on. */
  queries: LabelledImages;
  /** Names of the classes. */
  classes: readonly string[];
  budget: ClassifierBudget;
  /** Right answers of the linear probe on the same queries, if there was one. */
  probeRight: Float64Array | null;
  random: Random;
  /** Told the share done, 0..1. */
  onProgress: (fraction: number) => void;
}

/** Trains it to the end of its budget and judges it once. */
export async function supervise(options: SuperviseOptions): Promise<SupervisedResult> {
  const { items, queries, classes, budget, probeRight, random, onProgress } = options;
  const { predicted } = await learnAndClassify(options.trainClassifier, options.fresh, {
    items,
    classes: classes.length,
    budget,
    random: random.fork("classifier"),
    onStep: onProgress,
  }, queries);
  const right = rightAnswers(predicted, queries.labels);
  const stream = () => random.stream("bootstrap");
  return {
    kind: "supervised",
    labels: items.positions.length,
    budget,
    queries: queries.positions.length,
    classes: classes.length,
    accuracy: shareRight(right, stream()),
    gap: probeRight === null ? null : difference(right, probeRight, stream()),
    confusion: confusionOf(queries.labels, predicted, classes),
  };
}
