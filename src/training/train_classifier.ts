/**
 * Classifier training: the encoder and a linear layer on h, together, with cross-entropy. Fine-tuning,
 * training from scratch and a supervised run differ only in the weights they begin with and the
 * labels they see.
 *
 * Items without labels are learned from as in FixMatch (Sohn et al., "FixMatch: Simplifying
 * Semi-Supervised Learning with Consistency and Confidence", NeurIPS 2020): what is said of a view
 * that is hardly distorted, where that is sure, is what a distorted one has to be taken for. Who
 * says it is a mean teacher, and what is judged in the end is the teacher, as there.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { toInput } from "../data/to_input.ts";
import { CorruptError } from "../errors.ts";
import type { TrainClassifier } from "../evaluation/classifier.ts";
import type { LabelledImages } from "../evaluation/labelled_images.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import { OptimizerOptions, ScheduleOptions } from "../schemas/recipe.ts";
import { Dense } from "../tensor/layers/dense.ts";
import { softCrossEntropy } from "../tensor/ops/soft_cross_entropy.ts";
import { sparseSoftmaxCrossEntropy } from "../tensor/ops/sparse_softmax_cross_entropy.ts";
import { BatchOrders } from "./batch_orders.ts";
import { classifierAugmentation } from "./classifier_augmentation.ts";
import { type Lesson, Lessons } from "./lessons.ts";
import type { ClassifierNetwork } from "./mean_teacher.ts";
import { createOptimizer } from "./optimizer.ts";
import { createSchedule } from "./schedule.ts";

/** Images in a forward pass of the finished classifier. */
const CHUNK = 256;

/** Steps between looks at the loss: each waits for the backend. */
const CHECK_STEPS = 20;

/**
 * A trainer of classifiers.
 *
 * @param pause Called after each step, so that messages are seen and a stop is possible.
 * @returns It throws {@linkcode CorruptError} if the loss is no finite number any more.
 */
export function classifierTrainer(
  preprocessing: Preprocessing,
  pause: () => Promise<void>,
): TrainClassifier {
  return async (options) => {
    const { encoder, items, classes, budget, random, onStep } = options;
    const inputs = encoder.features.dimensions;
    const createHead = () =>
      new Dense({ name: "head", inputs, outputs: classes, bias: true }, random);
    const head = createHead();
    const parameters = [...encoder.parameters(), ...head.parameters()];
    const variables = parameters.map(({ variable }) => variable);
    const { learningRate, weightDecay } = budget;
    const optimizer = createOptimizer(
      { ...OptimizerOptions.parse({ name: "adam" }), learningRate, weightDecay },
      parameters,
    );
    const schedule = createSchedule(ScheduleOptions.parse({}));
    const augment = classifierAugmentation(budget);
    const orders = new BatchOrders(items.positions.length, budget.batchSize, random);
    const { unlabelled } = options;
    const student = { encoder, head };
    const lessons = unlabelled === undefined ? undefined : new Lessons({
      ...options,
      from: unlabelled.from,
      student,
      network: { encoder: unlabelled.teacher, head: createHead() },
      preprocessing,
    });
    try {
      for (let step = 0; step < budget.steps; step++) {
        const { places, epoch } = orders.at(step);
        const batch = items.images.gather(places.map((place) => items.positions[place]!), epoch);
        const labels = Int32Array.from(places, (place) => items.labels[place]!);
        const loss = tf.tidy(() => {
          const views = augmentBatch(batch, [drawViews(batch, augment, random, 0)], preprocessing);
          const targets = tf.tensor1d(labels, "int32");
          const lesson = lessons?.at(step);
          const { value, grads } = tf.variableGrads(
            () =>
              lesson === undefined
                ? sparseSoftmaxCrossEntropy(
                  head.apply(encoder.apply(views, { training: true }).pooled),
                  targets,
                )
                : lossWithLesson(student, views, targets, lesson),
            variables,
          );
          // The middle of the step, as in training without labels.
          const rate = learningRate * schedule((step + 0.5) / budget.steps);
          optimizer.apply(variables.map(({ name }) => grads[name]!), rate, step + 1);
          return value;
        });
        lessons?.teacher.follow();
        const looks = step % CHECK_STEPS === 0 || step === budget.steps - 1;
        const value = looks ? (await loss.data())[0]! : 0;
        loss.dispose();
        checkLoss(value, step);
        onStep((step + 1) / budget.steps);
        await pause();
      }
      const judged = lessons?.network ?? student;
      return {
        taken: await lessons?.taken() ?? null,
        classify: (queries) => classify(judged, queries, preprocessing, pause),
        dispose() {
          head.dispose();
          lessons?.dispose();
        },
      };
    } catch (error) {
      head.dispose();
      lessons?.dispose();
      throw error;
    } finally {
      optimizer.state.dispose();
    }
  };
}

/** Labelled and distorted images in one batch, so that both have the same batch statistics. */
function lossWithLesson(
  { encoder, head }: ClassifierNetwork,
  views: tf.Tensor4D,
  labels: tf.Tensor1D,
  lesson: Lesson,
): tf.Scalar {
  const labelled = labels.shape[0];
  const known = tf.div(tf.oneHot(labels, lesson.targets.shape[1]), labelled) as tf.Tensor2D;
  const x = tf.concat([views, lesson.views]);
  return softCrossEntropy(
    head.apply(encoder.apply(x, { training: true }).pooled),
    tf.concat([known, lesson.targets]),
  );
}

function checkLoss(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new CorruptError(
    `Cannot go on: the loss of the classifier is ${loss} at step ${step + 1}; lower the learning ` +
      "rate",
  );
}

async function classify(
  { encoder, head }: ClassifierNetwork,
  { images, positions }: LabelledImages,
  preprocessing: Preprocessing,
  pause: () => Promise<void>,
): Promise<Int32Array> {
  const predicted = new Int32Array(positions.length);
  for (let start = 0; start < positions.length; start += CHUNK) {
    const batch = images.gather(positions.slice(start, start + CHUNK), 0);
    const classes = tf.tidy(() => {
      const { pooled } = encoder.apply(toInput(batch, preprocessing), { training: false });
      return tf.argMax(head.apply(pooled), 1);
    });
    predicted.set(await classes.data<"int32">(), start);
    classes.dispose();
    await pause();
  }
  return predicted;
}
