/**
 * Classifier training: the encoder and a linear layer on h, together, with cross-entropy. Fine-tuning,
 * training from scratch and a supervised run differ only in the weights they begin with and the
 * labels they see.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../data/augment/augment.ts";
import { toInput } from "../data/to_input.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { CorruptError } from "../errors.ts";
import type { TrainClassifier } from "../evaluation/classifier.ts";
import type { LabelledImages } from "../evaluation/labelled_images.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import { colourJitter } from "../schemas/colour_jitter.ts";
import type { ClassifierBudget } from "../schemas/evaluation.ts";
import { AugmentOptions, OptimizerOptions, ScheduleOptions } from "../schemas/recipe.ts";
import { Dense } from "../tensor/layers/dense.ts";
import { sparseSoftmaxCrossEntropy } from "../tensor/ops/sparse_softmax_cross_entropy.ts";
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
  return async ({ encoder, items, classes, budget, random, onStep }) => {
    const inputs = encoder.features.dimensions;
    const head = new Dense({ name: "head", inputs, outputs: classes, bias: true }, random);
    const parameters = [...encoder.parameters(), ...head.parameters()];
    const variables = parameters.map(({ variable }) => variable);
    const { learningRate, weightDecay } = budget;
    const optimizer = createOptimizer(
      { ...OptimizerOptions.parse({ name: "adam" }), learningRate, weightDecay },
      parameters,
    );
    const schedule = createSchedule(ScheduleOptions.parse({}));
    const augment = augmentationOf(budget);
    const orders = new BatchOrders(
      items.positions.length,
      budget.batchSize,
      (epoch) => random.stream("shuffle", [epoch]).permutation(items.positions.length),
    );
    try {
      for (let step = 0; step < budget.steps; step++) {
        const { places, epoch } = orders.at(step);
        const batch = items.images.gather(places.map((place) => items.positions[place]!), epoch);
        const labels = Int32Array.from(places, (place) => items.labels[place]!);
        const loss = tf.tidy(() => {
          const views = augmentBatch(batch, [drawViews(batch, augment, random, 0)], preprocessing);
          const targets = tf.tensor1d(labels, "int32");
          const { value, grads } = tf.variableGrads(
            () =>
              sparseSoftmaxCrossEntropy(
                head.apply(encoder.apply(views, { training: true }).pooled),
                targets,
              ),
            variables,
          );
          // The middle of the step, as in training without labels.
          const rate = learningRate * schedule((step + 0.5) / budget.steps);
          optimizer.apply(variables.map(({ name }) => grads[name]!), rate, step + 1);
          return value;
        });
        const looks = step % CHECK_STEPS === 0 || step === budget.steps - 1;
        const value = looks ? (await loss.data())[0]! : 0;
        loss.dispose();
        checkLoss(value, step);
        onStep((step + 1) / budget.steps);
        await pause();
      }
    } catch (error) {
      head.dispose();
      throw error;
    } finally {
      optimizer.state.dispose();
    }
    return {
      classify: (judged) => classify(encoder, head, judged, preprocessing, pause),
      dispose: () => head.dispose(),
    };
  };
}

/** Crop and mirror image, the augmentations of supervised training, and colour if that is asked. */
function augmentationOf({ crop, flip, jitter }: ClassifierBudget): AugmentOptions {
  return AugmentOptions.parse({
    crop: crop < 1 ? { area: [crop, 1], aspect: [3 / 4, 4 / 3] } : null,
    flip,
    jitter: jitter === 0 ? null : colourJitter(jitter),
    grey: 0.4 * jitter,
  });
}

/** Which items come in which step: each once an epoch, in a new order; what is left over waits. */
class BatchOrders {
  readonly #batchSize: number;
  readonly #stepsPerEpoch: number;
  readonly #draw: (epoch: number) => Uint32Array;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array();

  constructor(items: number, batchSize: number, draw: (epoch: number) => Uint32Array) {
    this.#batchSize = Math.min(batchSize, items);
    this.#stepsPerEpoch = Math.floor(items / this.#batchSize);
    this.#draw = draw;
  }

  at(step: number): { places: number[]; epoch: number } {
    const epoch = Math.floor(step / this.#stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#order = this.#draw(epoch);
      this.#epoch = epoch;
    }
    const start = (step % this.#stepsPerEpoch) * this.#batchSize;
    return { places: Array.from(this.#order.subarray(start, start + this.#batchSize)), epoch };
  }
}

function checkLoss(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new CorruptError(
    `Cannot go on: the loss of the classifier is ${loss} at step ${step + 1}; lower the learning ` +
      "rate",
  );
}

async function classify(
  encoder: Encoder,
  head: Dense,
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
