/**
 * Step clock: how long a step of a spec takes here. It is measured once for each network, in a
 * trainer worker of its own, with as many images as half a second or so is enough for; a batch
 * takes so much longer as it is larger.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { CancelledError, OverloadedError, UnavailableError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { relayLog } from "../protocol/remote_logger.ts";
import { startWorker } from "../protocol/start_worker.ts";
import { TRAINER, type TrainerProtocol } from "../protocol/trainer_protocol.ts";
import { evenShares } from "../schemas/even_shares.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { multiplicationsPerImage } from "./step_memory.ts";

/** What {@linkcode StepClock} takes. */
export interface StepClockOptions {
  config: Pick<Config, "replicas" | "backend" | "maxPixels">;
  workerUrl: URL;
  blobs: Pick<BlobStore, "url">;
  temporaryFolder: string;
  log: Logger;
  clock?: Clock;
  /** Whether something else computes at the moment. */
  busy: () => boolean;
}

/** What a spec's step was found to take. */
export interface StepTime {
  /** Seconds of a step of the spec's batch. */
  seconds: number;
  /** Whether a job trained at the time of measuring, so that a step may be faster without it. */
  disturbed: boolean;
}

/** What one measurement found out; no seconds if it was given up. */
type Measured = { secondsPerImage: number | null; disturbed: boolean };

/**
 * Multiplications of the forward pass of a sample, on each replica: enough images that what a step
 * costs however few there are (the update of millions of weights) does not seem to be theirs.
 */
const SAMPLE_WORK = 6e9;

/** A measurement is given up after this long, the worker's start included. */
const LONGEST_MS = 20_000;

/** A network's measurement, for all who ask for it. */
interface Measurement {
  found: Promise<Measured>;
  /** How many wait for it: what nobody waits for is not begun. */
  askers: number;
}

/** What a measurement takes, about, seconds. */
const MEASUREMENT_SECONDS = 4;

/** Most measurements that wait or run at a time; more are refused. */
const MOST_WAITING = 4;

/** How many networks' times are remembered; a measurement is cheap to repeat. */
const MOST_REMEMBERED = 200;

/** Measures and remembers. */
export class StepClock {
  readonly #options: StepClockOptions;
  readonly #clock: Clock;
  readonly #found = new Map<string, Measurement>();
  /** One at a time: two would slow each other down. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Those that have no result yet. */
  readonly #open = new Set<Measurement>();
  readonly #stop = new AbortController();

  constructor(options: StepClockOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * @param replicas How many the spec's batch is dealt to at most.
   * @param signal Fires when the caller does not wait for it any more; its reason is then thrown.
   * @returns Null if that took too long to find out.
   * @throws {OverloadedError} If many others are waiting. @throws {UnavailableError} Once it was
   * stopped. @throws What a trainer that cannot start throws.
   */
  async measure(
    spec: TrainSpec,
    replicas: number,
    signal?: AbortSignal,
  ): Promise<StepTime | null> {
    const shares = evenShares(spec.batchSize, replicas);
    const sample = sampleOf(spec, shares);
    const key = JSON.stringify([
      sample.batchSize,
      sample.chunkSize,
      shares,
      spec.objectives,
      spec.encoder,
      spec.from?.frozen ?? 0,
      spec.preprocessing,
      spec.recipe.augment,
      spec.recipe.optimizer.name,
    ]);
    const measurement = this.#found.get(key) ?? this.#queue(key, sample, shares);
    measurement.askers++;
    try {
      const { secondsPerImage, disturbed } = await unlessAborted(measurement.found, signal);
      return secondsPerImage === null
        ? null
        : { seconds: secondsPerImage * spec.batchSize, disturbed };
    } finally {
      measurement.askers--;
    }
  }

  #queue(key: string, sample: TrainSpec, shares: number): Measurement {
    const waiting = [...this.#open].filter(({ askers }) => askers > 0).length;
    if (waiting >= MOST_WAITING) {
      throw new OverloadedError(
        "Cannot measure a step: too many measurements are waiting",
        MEASUREMENT_SECONDS,
      );
    }
    const found = this.#turn.then(() => {
      if (measurement.askers > 0) return this.#measure(sample, shares);
      throw new CancelledError("Nobody waits for the measurement any more");
    });
    const measurement: Measurement = { found, askers: 0 };
    this.#open.add(measurement);
    this.#turn = found.catch(() => {}).then(() => void this.#open.delete(measurement));
    this.#remember(key, measurement);
    return measurement;
  }

  /** Ends what runs; resolves when it has. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#turn;
  }

  #remember(key: string, measurement: Measurement): void {
    this.#found.set(key, measurement);
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST_REMEMBERED) this.#found.delete(oldest!);
    const forget = () => void (this.#found.get(key) === measurement && this.#found.delete(key));
    // What was disturbed, or failed, is measured anew the next time.
    measurement.found.then(({ disturbed }) => disturbed && forget(), forget);
  }

  async #measure(sample: TrainSpec, shares: number): Promise<Measured> {
    const { config, workerUrl, blobs, temporaryFolder, log, busy } = this.#options;
    if (this.#stop.signal.aborted) throw new UnavailableError("Cannot measure: Alike is stopping");
    const before = busy();
    const stopped = this.#stop.signal;
    const late = new AbortController();
    const ended = AbortSignal.any([stopped, late.signal]);
    const unschedule = this.#clock.schedule(LONGEST_MS, () => late.abort());
    let terminate: (reason: string) => Promise<void> = () => Promise.resolve();
    try {
      const worker = await startWorker<TrainerProtocol>({
        url: workerUrl,
        kind: TRAINER,
        init: {
          blobsUrl: blobs.url,
          backend: config.backend,
          maxPixels: config.maxPixels,
          replicas: shares,
          temporaryFolder,
        },
        listeners: ignoreAllBut(relayLog(log)),
        signal: ended,
        clock: this.#clock,
      });
      terminate = async (reason) => {
        worker.terminate(reason);
        await worker.died;
      };
      const giveUp = () => worker.terminate("took too long to measure a step");
      ended.addEventListener("abort", giveUp);
      if (ended.aborted) giveUp();
      const { seconds } = await worker.call("measure", { spec: sample });
      return { secondsPerImage: seconds / sample.batchSize, disturbed: before || busy() };
    } catch (error) {
      if (stopped.aborted) {
        throw new UnavailableError("Cannot measure: Alike is stopping", { cause: error });
      }
      if (!late.signal.aborted) throw error;
      return { secondsPerImage: null, disturbed: before || busy() };
    } finally {
      unschedule();
      await terminate("is not needed any more");
    }
  }
}

/** Waits, as long as the caller does. @throws The signal's reason. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  const { promise: leaving, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, leaving]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/**
 * The same run with a batch that takes a moment, dealt to as many replicas; in two chunks, if the
 * run is in several.
 */
function sampleOf(spec: TrainSpec, shares: number): TrainSpec {
  const work = Math.round(SAMPLE_WORK / multiplicationsPerImage(spec));
  const images = shares * Math.max(2, Math.min(spec.batchSize / shares, work));
  const chunked = spec.chunkSize !== null && spec.chunkSize < spec.batchSize;
  return {
    ...spec,
    batchSize: images,
    chunkSize: chunked ? Math.max(2, Math.ceil(images / 2)) : null,
    limit: null,
    evaluate: null,
    extensions: [],
  };
}

/** A measurement tells nothing but its log. */
function ignoreAllBut(log: ReturnType<typeof relayLog>) {
  const ignore = () => {};
  return {
    log,
    progress: ignore,
    note: ignore,
    checkpoint: ignore,
    verdict: ignore,
    evaluation: ignore,
  };
}
