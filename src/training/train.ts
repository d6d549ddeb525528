/**
 * Training: a run as a generator of what happens. It never names an objective.
 *
 * @module
 */
import { shuffledBatches } from "../data/batches.ts";
import type { ItemSource } from "../data/item_source.ts";
import { packImages } from "../data/pack_images.ts";
import { CancelledError, CorruptError } from "../errors.ts";
import { createNetwork } from "../objectives/network.ts";
import { singleReplica } from "../parallel/single.ts";
import { Random } from "../random.ts";
import type { JobProgress } from "../schemas/job.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { BackendReport } from "../tensor/backend.ts";
import type { ParameterGroup } from "../tensor/parameter.ts";
import { encodeCheckpoint, loadCheckpoint, type Position } from "./checkpoint.ts";
import { canonicalJson, sha256 } from "./digest.ts";
import { finishRun } from "./finish_run.ts";
import { createOptimizer, type Optimizer } from "./optimizer.ts";
import { createSchedule } from "./schedule.ts";
import { splitItems } from "./split_items.ts";
import type { CheckpointStore, TrainEvent, TrainResult } from "./train_event.ts";
import { readMetrics, TrainStep } from "./train_step.ts";

/** What {@linkcode train} needs. */
export interface TrainOptions {
  spec: TrainSpec;
  /** The items to train on (and to hold some out of, if there is no `evaluation`). */
  data: ItemSource;
  /** Labelled items to classify, or null. */
  evaluation: ItemSource | null;
  checkpoints: CheckpointStore;
  backend: BackendReport;
  /** Most pixels an original may have. */
  maxPixels: number;
  /** Fires to stop the run: it saves a checkpoint and throws {@linkcode CancelledError}. */
  signal: AbortSignal;
}

/** Time between two reports of progress, seconds. */
const REPORT_SECONDS = 0.5;
/** Shares of the progress bar that loading and training take; evaluation has the rest. */
const LOADED = 0.04;
const TRAINED = 0.94;

/** Lets waiting messages in. */
const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * Runs a job from its checkpoint, or from the start.
 *
 * @throws {CancelledError} After a checkpoint was saved, when the signal fires.
 * @throws {InvalidError} If the data does not suit the spec.
 * @throws {CorruptError} If the loss is no finite number any more, or the checkpoint is damaged.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, TrainResult> {
  const { spec, data, evaluation, signal } = options;
  const random = new Random(spec.seed);
  const split = splitItems(spec, data, evaluation, random.fork("split"));
  const idle: JobProgress = {
    phase: "loading",
    step: 0,
    totalSteps: "steps" in spec.budget ? spec.budget.steps : null,
    epoch: 0,
    fraction: 0,
    secondsLeft: null,
    viewsPerSecond: 0,
    learningRate: 0,
    metrics: {},
  };
  yield { type: "progress", progress: idle };
  const images = await packImages(data, {
    ...spec.preprocessing,
    indices: Uint32Array.from(split.training),
    maxPixels: options.maxPixels,
    signal,
  });

  const networkSpec = {
    encoder: spec.encoder,
    preprocessing: spec.preprocessing,
    objectives: spec.objectives.map((objective) => objective.spec),
  };
  const network = createNetwork(networkSpec, spec.recipe.augment, random.fork("weights"));
  const parameters = network.parameters();
  const optimizers = new Map<ParameterGroup, Optimizer>();
  for (const group of new Set(parameters.map((parameter) => parameter.group))) {
    const own = parameters.filter((parameter) => parameter.group === group);
    optimizers.set(group, createOptimizer(spec.recipe.optimizer, own));
  }
  try {
    const run = await sha256(canonicalJson(spec), data.digest);
    const saved = await options.checkpoints.load();
    let { step, seconds, metrics }: Position = { step: 0, seconds: 0, metrics: {} };
    if (saved !== undefined) {
      ({ step, seconds, metrics } = loadCheckpoint(saved, network, optimizers.values(), run));
      yield { type: "log", level: "info", message: `resumed after step ${step}` };
    }
    const save = async () => {
      const position = { step, seconds, metrics };
      await options.checkpoints.save(
        await encodeCheckpoint(network, optimizers.values(), position, run),
      );
    };

    const trainStep = new TrainStep({
      network,
      weights: spec.objectives.map((objective) => objective.weight),
      optimizers,
      random: random.fork("views"),
      collective: singleReplica,
    });
    const loader = shuffledBatches(images, {
      batchSize: spec.batchSize,
      random: random.fork("batches"),
    });
    const views = spec.batchSize *
      network.tasks.reduce((sum, { objective }) => sum + objective.viewsPerItem, 0);
    const schedule = createSchedule(spec.recipe.schedule);
    /** How far the run is after `n` steps, 0..1. */
    const progressAt = (n: number) =>
      "steps" in spec.budget
        ? Math.min(1, n / spec.budget.steps)
        : Math.min(1, seconds / (60 * spec.budget.minutes));

    let last = { time: performance.now(), step };
    let viewsPerSecond = 0;
    let saveTime = performance.now();
    while (progressAt(step) < 1) {
      const start = performance.now();
      // The middle of the step, so that neither the first nor the last has a rate of exactly 0.
      const rate = schedule(progressAt(step + 0.5)) * spec.recipe.optimizer.learningRate;
      const report = start - last.time >= 1000 * REPORT_SECONDS || step === last.step ||
        progressAt(step + 1) >= 1;
      const result = trainStep.run(loader.batchAt(step), step + 1, rate, report);
      step++;
      metrics = report ? await readMetrics(result) : (result.metrics.loss!.dispose(), metrics);
      if (report && !Number.isFinite(metrics.loss)) {
        throw new CorruptError(
          `Cannot go on: the loss is ${metrics.loss} at step ${step}; lower the learning rate`,
        );
      }
      await macrotask();
      const now = performance.now();
      seconds += (now - start) / 1000;
      if (report) {
        viewsPerSecond = (step - last.step) * views / ((now - last.time) / 1000);
        last = { time: now, step };
        const done = progressAt(step);
        yield {
          type: "progress",
          progress: {
            phase: "training",
            step,
            totalSteps: "steps" in spec.budget ? spec.budget.steps : null,
            epoch: step / loader.stepsPerEpoch,
            fraction: LOADED + (TRAINED - LOADED) * done,
            secondsLeft: "steps" in spec.budget
              ? (spec.budget.steps - step) * views / viewsPerSecond
              : 60 * spec.budget.minutes - seconds,
            viewsPerSecond,
            learningRate: rate,
            metrics,
          },
        };
      }
      if (signal.aborted) {
        await save();
        yield { type: "checkpoint", step };
        throw new CancelledError(`Stopped after step ${step}, with a checkpoint`);
      }
      if (now - saveTime >= 1000 * spec.checkpointSeconds) {
        await save();
        saveTime = performance.now();
        yield { type: "checkpoint", step };
      }
    }
    // Evaluation can be long on a slow machine, and a crash in it must not cost the training.
    await save();
    yield { type: "checkpoint", step };
    yield {
      type: "progress",
      progress: {
        ...idle,
        phase: "evaluating",
        step,
        totalSteps: step,
        epoch: step / loader.stepsPerEpoch,
        fraction: TRAINED,
        viewsPerSecond,
        metrics,
      },
    };
    return await finishRun({
      ...options,
      network,
      networkSpec,
      images,
      split,
      random,
      totals: {
        steps: step,
        epochs: step / loader.stepsPerEpoch,
        seconds,
        viewsPerSecond: step * views / seconds,
        final: metrics,
      },
      pause: async () => {
        await macrotask();
        if (signal.aborted) throw new CancelledError("Stopped while evaluating");
      },
    });
  } finally {
    images.close();
    network.dispose();
    for (const optimizer of optimizers.values()) optimizer.dispose();
  }
}
