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
import { beginningText } from "../schemas/beginning_text.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { BackendReport } from "../tensor/backend.ts";
import { beginningNotes, type LoadPretrained, loadPretrained } from "./beginning.ts";
import type { Position } from "./checkpoint.ts";
import { canonicalJson, sha256 } from "../digest.ts";
import { type FinishOptions, finishRun } from "./finish_run.ts";
import type { FollowOptions } from "./follow.ts";
import { HealthMonitor } from "./health/health_monitor.ts";
import { Lead } from "./lead.ts";
import { leftOut } from "./left_out.ts";
import { evaluatingProgress, loadingProgress } from "./progress.ts";
import { HeldOut } from "./held_out.ts";
import { Run } from "./run.ts";
import { splitItems } from "./split_items.ts";
import type { CheckpointStore, TrainEvent, TrainResult } from "./train_event.ts";

/** What {@linkcode train} needs. */
export interface TrainOptions {
  spec: TrainSpec;
  /** The items to train on (and to hold some out of, if there is no `evaluation`). */
  data: ItemSource;
  /** Labelled items to classify, or null. */
  evaluation: ItemSource | null;
  checkpoints: CheckpointStore;
  /** Asked where the spec begins from a model and there is no checkpoint yet. */
  loadPretrained?: LoadPretrained;
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
  yield loadingProgress(spec);
  const images = await packImages(data, {
    ...spec.preprocessing,
    frames: spec.frames,
    indices: Uint32Array.from(split.training),
    maxPixels: options.maxPixels,
    ...(options.spillDirectory === undefined ? {} : { spillDirectory: options.spillDirectory }),
    onUndecodable: "skip",
    signal,
  });
  yield* leftOut(images.skipped);
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
    const checkpoint = await options.checkpoints.load("checkpoint");
    if (checkpoint === undefined && spec.extensions.length > 0) {
      throw new CorruptError("Cannot extend the run: its checkpoint is gone");
    }
    // A run stays the same run however long it is to be, and whatever is to end it.
    const { extensions: _, autoStop: __, ...same } = spec;
    const digest = await sha256(canonicalJson(same), data.digest);
    const pretrained = checkpoint === undefined
      ? await loadPretrained(spec, options.loadPretrained)
      : undefined;
    const shared = { spec, images, digest, checkpoint, pretrained };
    const collective = await options.startReplicas?.(shared) ?? singleReplica;
    const run = new Run({ ...shared, collective });
    try {
      run.start(shared);
      if (checkpoint !== undefined) {
        const message = `resumed after step ${run.position.step}`;
        yield { type: "log", level: "info", message };
      } else if (spec.from !== undefined) {
        yield { type: "log", level: "info", message: `began from ${beginningText(spec.from)}` };
      }
      extend(run, spec);
      yield* (await Lead.create(run, collective, { ...options, heldOut })).steps();
      yield evaluatingProgress(run);
      return await finish(run, images, { ...options, split, heldOut, random });
    } finally {
      run.dispose();
    }
  } finally {
    heldOut.close();
    images.close();
  }
}

/** Begins the newest segment of a run that was extended, where the run is. */
function extend({ position }: Run, { extensions }: TrainSpec): void {
  const { step, seconds } = position;
  const index = extensions.length;
  if (position.segment.index === index) return;
  position.segment = { index, step, seconds };
  position.stopped = null;
  // A verdict that ended it must stand anew to end it again.
  position.health = { ...position.health, since: step };
}

/** Evaluates and packs up. */
function finish(
  run: Run,
  images: PackedImages,
  options: TrainOptions & Pick<FinishOptions, "split" | "heldOut" | "random">,
): Promise<TrainResult> {
  const { step, seconds, metrics, health } = run.position;
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
      health: new HealthMonitor(health).health,
    },
    remarks: remarks(run.position, options.spec),
    pause: async () => {
      await nextTurn();
      if (options.signal.aborted) throw new CancelledError("Stopped while evaluating");
    },
  });
}

/** What a reader of the card should know of how the run went. */
function remarks({ step, segment, stopped }: Position, spec: TrainSpec): string[] {
  const { batchSize, chunkSize } = spec;
  const notes = beginningNotes(spec);
  if (chunkSize !== null && chunkSize < batchSize) {
    notes.push(
      `Trained in chunks of ${chunkSize} images: batch norm had a chunk's statistics, not the batch's.`,
    );
  }
  if (segment.index > 0) {
    notes.push(
      `Extended, for the ${segment.index === 1 ? "first" : `${segment.index}th`} time after step ` +
        `${segment.step}: the learning rate's schedule was begun anew there.`,
    );
  }
  if (stopped !== null) {
    const weights = stopped.step === step
      ? ""
      : ` These weights are those of step ${step}, the last healthy checkpoint.`;
    notes.push(
      `Stopped by itself at step ${stopped.step}, ${stopped.verdict}: ${stopped.reason}.${weights}`,
    );
  }
  return notes;
}
