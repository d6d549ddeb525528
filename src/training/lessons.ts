/**
 * Lessons from items without labels: each is shown to the teacher hardly distorted, as labelled ones
 * are, and to the student distorted more.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import type { Unlabelled } from "../evaluation/classifier.ts";
import type { Random } from "../random.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import type { ClassifierBudget } from "../schemas/evaluation.ts";
import type { AugmentOptions } from "../schemas/recipe.ts";
import { BatchOrders } from "./batch_orders.ts";
import { classifierAugmentation } from "./classifier_augmentation.ts";
import { type ClassifierNetwork, MeanTeacher } from "./mean_teacher.ts";

/** Share of the steps before the teacher is heard: what it says at first is not worth it. */
const HEARD_FROM = 0.1;

/** Share of the steps, at the end, over which is counted how often the teacher was sure. */
const COUNTED = 0.1;

/** What a step learns without labels. */
export interface Lesson {
  /** float32 [n, h, w, c], as the student is shown them. */
  views: tf.Tensor4D;
  /** float32 [n, classes]; a row sums to its weight in the loss, which is 0 for most at first. */
  targets: tf.Tensor2D;
}

/** What {@linkcode Lessons} are made of. */
export interface LessonsOptions {
  from: Unlabelled;
  student: ClassifierNetwork;
  /** The teacher's; its weights are changed. */
  network: ClassifierNetwork;
  /** Class of each labelled item, 0..classes-1. */
  items: { labels: Int32Array };
  classes: number;
  budget: ClassifierBudget;
  preprocessing: Preprocessing;
  random: Random;
}

/** Of a training run. */
export class Lessons {
  readonly network: ClassifierNetwork;
  readonly teacher: MeanTeacher;
  readonly #from: Unlabelled;
  readonly #weak: AugmentOptions;
  readonly #strong: AugmentOptions;
  readonly #orders: BatchOrders;
  readonly #preprocessing: Preprocessing;
  readonly #random: Random;
  readonly #first: number;
  readonly #counted: number;
  readonly #taken: tf.Variable;
  #count = 0;

  constructor(options: LessonsOptions) {
    const { from, network, budget, items, classes } = options;
    this.#from = from;
    this.network = network;
    this.#preprocessing = options.preprocessing;
    this.#random = options.random.fork("unlabelled");
    const prior = new Array<number>(classes).fill(0);
    for (const label of items.labels) prior[label]! += 1 / items.labels.length;
    this.teacher = new MeanTeacher(network, options.student, prior);
    this.#weak = classifierAugmentation({ ...budget, jitter: 0 });
    this.#strong = classifierAugmentation({ ...from.budget, flip: budget.flip });
    this.#orders = new BatchOrders(from.positions.length, from.budget.batchSize, this.#random);
    this.#first = Math.floor(HEARD_FROM * budget.steps);
    this.#counted = Math.min(budget.steps - 1, Math.floor((1 - COUNTED) * budget.steps));
    this.#taken = tf.tidy(() => tf.variable(tf.scalar(0), false));
  }

  /** That of a step, from 0; undefined where the teacher is not heard yet. To be tidied. */
  at(step: number): Lesson | undefined {
    if (step < this.#first) return undefined;
    const { images, positions, budget } = this.#from;
    const { places, epoch } = this.#orders.at(step - this.#first);
    const batch = images.gather(places.map((place) => positions[place]!), epoch);
    const view = (options: AugmentOptions, index: number) =>
      augmentBatch(batch, [drawViews(batch, options, this.#random, index)], this.#preprocessing);
    const { targets, taken } = this.teacher.label(view(this.#weak, 0), budget.threshold);
    if (step >= this.#counted) {
      this.#taken.assign(tf.add(this.#taken, taken));
      this.#count++;
    }
    return {
      views: view(this.#strong, 1),
      targets: tf.mul(targets, budget.weight / places.length),
    };
  }

  /** Share of the items that the teacher was sure of, over the last tenth of the steps. */
  async taken(): Promise<number> {
    return (await this.#taken.data())[0]! / this.#count;
  }

  /** The teacher's encoder is left to whoever made it. */
  dispose(): void {
    this.network.head.dispose();
    this.teacher.dispose();
    this.#taken.dispose();
  }
}
