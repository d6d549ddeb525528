/**
 * Training: a run as a generator of what happens. It never names an objective.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { packImages } from "../data/pack_images.ts";
import type { PackedImages } from "../data/packed_images.ts";
import { CancelledError, CorruptError } from "../errors.ts";
import { nextTurn } from "../next_turn.ts";
import type { Collective } from "../parallel/collective.ts";
import { singleReplica } from "../parallel/single.ts";
import { Random } from "../random.ts";
import type { JobProgress } from "../schemas/job.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { BackendReport } from "../tensor/backend.ts";
import { canonicalJson, sha256 } from "./digest.ts";
import { type FinishOptions, finishRun } from "./finish_run.ts";
import type { FollowOptions } from "./follow.ts";
import { HeldOut } from "./held_out.ts";
import { isDue, judgeNow } from "./monitor.ts";
import { agree } from "./replica_control.ts";
import { Run } from "./run.ts";
import { createSchedule } from "./schedule.ts";
import { splitItems } from "./split_items.ts";
import type { CheckpointStore, TrainEvent, TrainResult } from "./train_event.ts";
import { readMetrics } from "./train_step.ts";

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
  /** A folder for pixels that are more than memory should hold. */
  spillDirectory?: string;
  /** Fires to stop the run: it saves a checkpoint and throws {@linkcode CancelledError}. */
  signal: AbortSignal;
  /**
   * Starts the other replicas and returns the place to meet them.
   *
   * @default {one replica}
   */
  startReplicas?: (
    options: Omit<FollowOptions, "collective">,
  ) => Promise<Collective>;
}

/** Time between two reports of progress, seconds. */
const REPORT_SECONDS = 0.5;
/** Shares of the progress bar that loading and training take; evaluation has the rest. */
const LOADED = 0.04;
const TRAINED = 0.94;

/**
 * Runs a job from its checkpoint, or from the start.
 *
 * @throws {CancelledError} After a checkpoint was saved, when the signal fires.
 * @throws {InvalidError} If the data does not suit the spec.
 * @throws {CorruptError} If a metric is no finite number any more, or the checkpoint is damaged.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, TrainResult> {
  const { spec, data, signal } = options;
  const random = new Random(spec.seed);
  const split = splitItems(spec, data, options.evaluation, random.fork("split"));
  yield { type: "progress", progress: idle(spec, "loading", 0) };
  const images = await packImages(data, {
    ...spec.preprocessing,
    indices: Uint32Array.from(split.training),
    maxPixels: options.maxPixels,
    ...(options.spillDirectory === undefined ? {} : { spillDirectory: options.spillDirectory }),
    onUndecodable: "skip",
    signal,
  });
  for (const { error } of images.skipped) {
    yield { type: "log", level: "warn", message: `left out: ${error.message}` };
  }
  const heldOut = new HeldOut({
    ...options,
    split,
    images,
    source: split.queriesFrom === "evaluation" ? options.evaluation! : data,
    random,
    pause: async () => {
      await nextTurn();
      if (signal.aborted) throw new CancelledError("Stopped while evaluating");
    },
  });
  try {
    const checkpoint = await options.checkpoints.load();
    const digest = await sha256(canonicalJson(spec), data.digest);
    const shared = { spec, images, digest, checkpoint };
    const collective = await options.startReplicas?.(shared) ?? singleReplica;
    const run = new Run({ ...shared, collective });
    try {
      if (checkpoint !== undefined) {
        run.load(checkpoint);
        const message = `resumed after step ${run.position.step}`;
        yield { type: "log", level: "info", message };
      }
      yield* lead(run, collective, heldOut, options);
      const { step, seconds, metrics } = run.position;
      yield {
        type: "progress",
        progress: {
          ...idle(spec, "evaluating", TRAINED),
          step,
          totalSteps: step,
          epoch: run.epoch,
          viewsPerSecond: run.viewsPerStep * step / seconds,
          metrics,
        },
      };
      return await finish(run, images, { ...options, split, heldOut, random });
    } finally {
      run.dispose();
    }
  } finally {
    heldOut.close();
    images.close();
  }
}

/** Steps until the budget is used up, with reports and checkpoints. */
async function* lead(
  run: Run,
  collective: Collective,
  heldOut: HeldOut,
  { spec, signal, checkpoints }: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  const { position } = run;
  const schedule = createSchedule(spec.recipe.schedule);
  /** How far the run is after `n` steps, 0..1. */
  const progressAt = (n: number) =>
    "steps" in spec.budget
      ? Math.min(1, n / spec.budget.steps)
      : Math.min(1, position.seconds / (60 * spec.budget.minutes));
  const save = async (): Promise<TrainEvent> => {
    await checkpoints.save(await run.checkpoint());
    return { type: "checkpoint", step: position.step };
  };
  let last = { time: performance.now(), step: position.step };
  let saveTime = last.time;
  while (progressAt(position.step) < 1) {
    const start = performance.now();
    const before = { epoch: run.epoch, seconds: position.seconds };
    const { learningRate, report } = agree(collective, {
      go: true,
      // The middle of the step, so that neither the first nor the last has a rate of exactly 0.
      learningRate: schedule(progressAt(position.step + 0.5)) * spec.recipe.optimizer.learningRate,
      report: start - last.time >= 1000 * REPORT_SECONDS || position.step === last.step ||
        progressAt(position.step + 1) >= 1,
    });
    const result = run.step(learningRate, report);
    const { step } = position;
    if (report) position.metrics = await readMetrics(result);
    else result.metrics.loss!.dispose();
    const wild = Object.entries(position.metrics).find(([, value]) => !Number.isFinite(value));
    if (wild !== undefined) {
      const [name, value] = wild;
      throw new CorruptError(
        `Cannot go on: the ${name} is ${value} at step ${step}; lower the learning rate`,
      );
    }
    await nextTurn();
    const now = performance.now();
    position.seconds += (now - start) / 1000;
    if (report) {
      const viewsPerSecond = (step - last.step) * run.viewsPerStep / ((now - last.time) / 1000);
      last = { time: now, step };
      yield {
        type: "progress",
        progress: {
          ...idle(spec, "training", LOADED + (TRAINED - LOADED) * progressAt(step)),
          step,
          epoch: run.epoch,
          secondsLeft: "steps" in spec.budget
            ? (spec.budget.steps - step) * run.viewsPerStep / viewsPerSecond
            : Math.max(0, 60 * spec.budget.minutes - position.seconds),
          viewsPerSecond,
          learningRate,
          metrics: position.metrics,
        },
      };
    }
    if (signal.aborted) {
      yield await save();
      throw new CancelledError(`Stopped after step ${step}, with a checkpoint`);
    }
    if (now - saveTime >= 1000 * spec.checkpointSeconds) {
      yield await save();
      saveTime = performance.now();
    }
    const { epoch } = run;
    if (isDue(spec.evaluate?.every, before, { epoch, seconds: position.seconds })) {
      const began = performance.now();
      const summary = await judgeNow(heldOut, run.network.encoder, { step, epoch });
      if (summary !== null) yield { type: "evaluation", summary };
      // Judging is not training: it does not count in the speed.
      last.time += performance.now() - began;
    }
  }
  agree(collective, { go: false, learningRate: 0, report: false });
  // Evaluation can be long on a slow machine, and a crash in it must not cost the training.
  yield await save();
}

/** Evaluates and packs up. */
function finish(
  run: Run,
  images: PackedImages,
  options: TrainOptions & Pick<FinishOptions, "split" | "heldOut" | "random">,
): Promise<TrainResult> {
  const { step, seconds, metrics } = run.position;
  return finishRun({
    ...options,
    images,
    network: run.network,
    networkSpec: run.networkSpec,
    totals: {
      steps: step,
      epochs: run.epoch,
      seconds,
      viewsPerSecond: run.viewsPerStep * step / seconds,
      final: metrics,
    },
    pause: async () => {
      await nextTurn();
      if (options.signal.aborted) throw new CancelledError("Stopped while evaluating");
    },
  });
}

/** A report with nothing in it yet. */
function idle(spec: TrainSpec, phase: JobProgress["phase"], fraction: number): JobProgress {
  return {
    phase,
    step: 0,
    totalSteps: "steps" in spec.budget ? spec.budget.steps : null,
    epoch: 0,
    fraction,
    secondsLeft: null,
    viewsPerSecond: 0,
    learningRate: 0,
    metrics: {},
  };
}
