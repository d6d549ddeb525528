/**
 * Fine-tuning on few labels (Chen et al. 2020, section 4 and appendix B.5): the encoder and a linear
 * layer learn together from 1 % or 10 % of the labels, once begun from the model's weights and once
 * from fresh ones, with the same labels, augmentations and number of steps. Both may learn from items
 * without labels too; then a third, from fresh weights, tells what the labels give alone.
 *
 * @module
 */
import type { Encoder } from "../encoders/encoder.ts";
import type { Random } from "../random.ts";
import type { ClassifierBudget, FinetuneResult, Score } from "../schemas/evaluation.ts";
import type { TrainClassifier, Unlabelled } from "./classifier.ts";
import { difference, interval, points, rightAnswers, shareRight } from "./compare.ts";
import { confusionOf } from "./confusion.ts";
import { fineTunePasses } from "./fine_tune_passes.ts";
import { type Classified, learnAndClassify } from "./learn_and_classify.ts";
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
  /** Learned from too. @default {the labels alone} */
  unlabelled?: Unlabelled | undefined;
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

/** Trains them and compares them. */
export async function fineTune(options: FineTuneOptions): Promise<FinetuneResult> {
  const { fraction, items, unlabelled, queries, classes, budget, on, random, onProgress } = options;
  const passes = fineTunePasses(budget.batchSize, unlabelled?.budget ?? null);
  const learn = (make: () => Encoder, begun: number, unlabelled?: Unlabelled) =>
    learnAndClassify(options.trainClassifier, make, {
      items,
      classes: classes.length,
      budget,
      unlabelled,
      // The same draws for each: what differs is the weights they begin with.
      random: random.fork("classifier"),
      onStep: (share) =>
        onProgress(
          (begun + share * (unlabelled === undefined ? passes.alone : passes.each)) / passes.all,
        ),
    }, queries);
  const tuned = await learn(options.pretrained, 0, unlabelled);
  const fresh = await learn(options.fresh, passes.each, unlabelled);
  const alone = unlabelled === undefined ? null : await learn(options.fresh, 2 * passes.each);

  const right = ({ predicted }: Classified) => rightAnswers(predicted, queries.labels);
  const stream = () => random.stream("bootstrap");
  const pretrained = right(tuned);
  const above = (other: Classified) => difference(pretrained, right(other), stream());
  const gain = above(fresh);
  const labelsAlone = alone === null
    ? null
    : { scratch: shareRight(right(alone), stream()), gain: above(alone) };
  const labels = items.positions.length;
  const given = unlabelled === undefined
    ? `${labels} labels`
    : `${labels} labels and ${unlabelled.positions.length} items without`;
  const sentences = labelsAlone === null ? [comparison(gain, "training from scratch")] : [
    comparison(gain, "training from scratch in the same way"),
    comparison(labelsAlone.gain, "training from scratch on the labels alone"),
  ];
  return {
    kind: "finetune",
    fraction,
    labels,
    budget,
    on,
    unlabelled: unlabelled === undefined ? null : {
      ...unlabelled.budget,
      items: unlabelled.positions.length,
      taken: { pretrained: tuned.taken!, scratch: fresh.taken! },
    },
    queries: queries.positions.length,
    classes: classes.length,
    pretrained: shareRight(pretrained, stream()),
    scratch: shareRight(right(fresh), stream()),
    gain,
    labelsAlone,
    verdict: `With ${given}: ${sentences.join(", ")}.`,
    confusion: confusionOf(queries.labels, tuned.predicted, classes),
  };
}

function comparison(gain: Score, other: string): string {
  const how = gain.low > 0
    ? `${points(gain.value)} above`
    : gain.high < 0
    ? `${points(-gain.value)} below`
    : "no clear difference from";
  return `${how} ${other} (${interval(gain)})`;
}
