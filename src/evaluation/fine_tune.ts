/**
 * Fine-tuning on few labels (Chen et al. 2020, section 4 and appendix B.5): the encoder and a linear
 * layer learn together from 1 % or 10 % of the labels, once begun from the model's weights and once
 * from fresh ones, with the same labels, augmentations and number of steps.
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { ClassifierBudget, FinetuneResult } from "../schemas/evaluation.ts";
import type { TrainClassifier } from "./classifier.ts";
import { difference, interval, points, rightAnswers, shareRight } from "./compare.ts";
import { confusionOf } from "./confusion.ts";
import { learnAndClassify } from "./learn_and_classify.ts";
import type { LabelledImages } from "./labelled_images.ts";

/** What is compared, on what. */
export interface FineTuneOptions {
  /** A copy of the model's encoder; disposed of here. */
  pretrained: () => Encoder;
  /** The same encoder with fresh weights; disposed of here. */
  fresh: () => Encoder;
  trainClassifier: TrainClassifier;
  fraction: number;
  /** That fraction of the labels, stratified. */
  items: LabelledImages;
  /** What is classified; no item of it was trained on. */
  queries: LabelledImages;
  /** Names of the classes. */
  classes: readonly string[];
  budget: ClassifierBudget;
  /** What the encoders end in. */
  on: FinetuneResult["on"];
  random: Random;
  /** Told the share done, 0..1. */
  onProgress: (fraction: number) => void;
}

/** Trains both and compares them. */
export async function fineTune(options: FineTuneOptions): Promise<FinetuneResult> {
  const { fraction, items, queries, classes, budget, on, random, onProgress } = options;
  const learn = (make: () => Encoder, done: number): Promise<Int32Array> =>
    learnAndClassify(options.trainClassifier, make, {
      items,
      classes: classes.length,
      budget,
      // The same draws for both: what differs is the weights they begin with.
      random: random.fork("classifier"),
      onStep: (share) => onProgress(done + share / 2),
    }, queries);
  const predicted = await learn(options.pretrained, 0);
  const pretrained = rightAnswers(predicted, queries.labels);
  const scratch = rightAnswers(await learn(options.fresh, 0.5), queries.labels);
  const stream = () => random.stream("bootstrap");
  const gain = difference(pretrained, scratch, stream());
  const labels = items.positions.length;
  const sentence = gain.low > 0
    ? `${points(gain.value)} above training from scratch`
    : gain.high < 0
    ? `${points(-gain.value)} below training from scratch`
    : "no clear difference from training from scratch";
  return {
    kind: "finetune",
    fraction,
    labels,
    budget,
    on,
    queries: queries.positions.length,
    classes: classes.length,
    pretrained: shareRight(pretrained, stream()),
    scratch: shareRight(scratch, stream()),
    gain,
    verdict: `With ${labels} labels: ${sentence} (${interval(gain)}).`,
    confusion: confusionOf(queries.labels, predicted, classes),
  };
}
