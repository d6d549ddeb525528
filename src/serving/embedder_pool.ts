/**
 * Embedder pool: inference for the routes. Requests go through one queue (`batcher.ts`) to the
 * embedders (`embedder.ts`), as operations (`operations.ts`).
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { InternalError, UnavailableError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { MemoryUse } from "../protocol/embedder_protocol.ts";
import type { Answer, Question } from "../schemas/pretexts.ts";
import type { Model, ModelSpec } from "../schemas/model.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import type { Pretext } from "../schemas/pretext.ts";
import type { ViewsPicture, ViewsPreviewSpec } from "../schemas/views_preview.ts";
import type { Tracing } from "../tracing.ts";
import type { BatchReport } from "./batch_report.ts";
import { endRequest, traceBatch, traceRequest } from "./batch_trace.ts";
import { Batcher } from "./batcher.ts";
import { Embedder } from "./embedder.ts";
import type { PoolStatus } from "./pool_status.ts";
import { unwrapOutcomes } from "./outcomes.ts";
import { startEmbedder } from "./start_embedder.ts";
import {
  checkWeightsOperation,
  type EmbedderWorker,
  embedOperation,
  ntXentOperation,
  type Operation,
  predictOperation,
  previewOperation,
} from "./operations.ts";

/** What a call may bring along. */
export interface CallOptions {
  /** Fires when the client is gone. */
  signal: AbortSignal;
  /** When the answer is worth nothing any more, milliseconds since the epoch. */
  deadline?: number;
}

/** What {@linkcode EmbedderPool} takes. */
export interface EmbedderPoolOptions {
  config: Pick<
    Config,
    | "embedders"
    | "backend"
    | "maxQueue"
    | "maxBatch"
    | "batchWaitMs"
    | "modelCacheBytes"
    | "maxPixels"
  >;
  /** Module of the worker. */
  workerUrl: URL;
  /** Where the models' weights are. */
  blobsUrl: string;
  log: Logger;
  /** @default {systemClock} */
  clock?: Clock;
  /** Longest time an embedder may take for a batch before it is replaced. @default {120000} */
  hangMs?: number;
  /** Most bytes of requests that are not answered. @default {268435456} */
  maxBytes?: number;
  /** Makes spans, if there are to be any. */
  tracing?: Tracing | undefined;
}

/** An embedder that failed this often in a row is not waited for. */
const GIVE_UP_AFTER = 3;

/** The embedders, and the queue in front of them. */
export class EmbedderPool {
  readonly #options: EmbedderPoolOptions;
  readonly #embedders: Embedder[] = [];
  readonly #batcher: Batcher<EmbedderWorker>;
  readonly #clock: Clock;
  #onBatch: (report: BatchReport) => void = () => {};
  #memory: MemoryUse[] = [];
  #stopping = false;

  /** Starts the embedders. */
  constructor(options: EmbedderPoolOptions) {
    this.#options = options;
    const { config, workerUrl, blobsUrl, hangMs = 120_000, clock = systemClock } = options;
    this.#clock = clock;
    this.#batcher = new Batcher({
      waitMs: config.batchWaitMs,
      capacity: config.maxQueue,
      capacityBytes: options.maxBytes ?? 256 * 2 ** 20,
      clock,
      acquire: (alone) => this.#leastBusy()?.acquire(alone),
      unavailable: () => this.#unavailable(),
    });
    for (let i = 0; i < config.embedders; i++) {
      const log = options.log.with({ embedder: i });
      this.#embedders.push(
        new Embedder({
          start: (signal) =>
            startEmbedder({
              config,
              workerUrl,
              blobsUrl,
              log,
              onMemory: (use) => this.#memory[i] = use,
              signal,
              clock,
              tracing: options.tracing,
            }),
          hangMs,
          clock,
          log,
          onChange: () => this.#batcher.pump(),
        }),
      );
    }
  }

  /**
   * h of each image, in order, not normalised.
   *
   * @param images The images as they came: JPEG, PNG, WebP, GIF.
   * @returns Row-major n × dimensions.
   * @throws {InvalidError} With `input[i]` if an image cannot be decoded.
   * @throws {OverloadedError} When the queue is full.
   */
  async embed(
    model: Model,
    images: Uint8Array[],
    options: CallOptions,
  ): Promise<{ embeddings: Float32Array; dimensions: number }> {
    const outcomes = await this.#submit(embedOperation(model), images, options);
    const rows = unwrapOutcomes(outcomes, (i) => images[i]!.byteLength);
    const { dimensions } = model.spec;
    const embeddings = new Float32Array(rows.length * dimensions);
    rows.forEach((row, i) => {
      if (row.length !== dimensions) {
        throw new InternalError(
          `Cannot answer: an embedding has ${row.length} numbers, ${dimensions} expected`,
        );
      }
      embeddings.set(row, i * dimensions);
    });
    return { embeddings, dimensions };
  }

  /**
   * What a head says of each input.
   *
   * @throws {ConflictError} If the model has no such head. @throws As {@linkcode embed} does.
   */
  async predict<Name extends Pretext>(
    model: Model,
    pretext: Name,
    questions: Question<Name>[],
    options: CallOptions,
  ): Promise<Answer<Name>[]> {
    const operation = predictOperation(model, pretext);
    const outcomes = await this.#submit(operation, questions, options);
    return unwrapOutcomes(outcomes, (i) => operation.bytes(questions[i]!));
  }

  /**
   * Demands that a model of that spec has weights of these names and shapes.
   *
   * @throws {InvalidError} With each that is missing, too many or of another shape.
   * @throws {OverloadedError} When the queue is full.
   */
  async checkWeights(
    spec: ModelSpec,
    shapes: Map<string, number[]>,
    options: CallOptions,
  ): Promise<void> {
    await this.#submit(checkWeightsOperation, [{ spec, shapes }], options);
  }

  /** NT-Xent of given embeddings. @throws {OverloadedError} When the queue is full. */
  async ntXent(request: NtXentRequest, options: CallOptions): Promise<NtXentResult> {
    const [result] = await this.#submit(ntXentOperation, [request], options);
    return result!;
  }

  /** A picture of items and their views. @throws {OverloadedError} When the queue is full. */
  async previewViews(spec: ViewsPreviewSpec, options: CallOptions): Promise<ViewsPicture> {
    const [picture] = await this.#submit(previewOperation, [spec], options);
    return picture!;
  }

  /** Tells the listener of every batch that comes back; there is one listener. */
  onBatch(listener: (report: BatchReport) => void): void {
    this.#onBatch = listener;
  }

  /** How the pool is. */
  status(): PoolStatus {
    const { maxQueue } = this.#options.config;
    const notReady = this.#embedders.find(({ state }) => state !== "ready");
    // What went wrong is worth more than what went well.
    const reports = [notReady, ...this.#embedders].flatMap((embedder) => embedder?.report ?? []);
    return {
      ready: notReady === undefined,
      reason: notReady?.reason ?? null,
      backend: reports[0]?.backend ?? null,
      selfTest: reports[0]?.selfTest ?? [],
      workers: this.#embedders.length,
      queue: {
        waiting: this.#batcher.waiting,
        capacity: maxQueue,
        drainPerSecond: this.#batcher.drainPerSecond,
      },
      counts: { ...this.#batcher.counts },
      memory: this.#memory.filter((use) => use !== undefined),
    };
  }

  /** Makes every embedder forget a model that was deleted. */
  forget(model: string): void {
    for (const embedder of this.#embedders) embedder.forget(model);
  }

  /** Ends the embedders; what is not answered is rejected. */
  stop(): void {
    this.#stopping = true;
    for (const embedder of this.#embedders) embedder.stop();
  }

  async #submit<Item, Result>(
    operation: Operation<Item, Result>,
    items: Item[],
    options: CallOptions,
  ): Promise<Result[]> {
    const { tracing } = this.#options;
    const cameAt = this.#clock.now();
    const trace = tracing && traceRequest(tracing, operation.name, items.length);
    const answer = this.#batcher.submit<Item, Result>({
      group: `${operation.name} ${operation.model?.id ?? ""}`,
      items,
      bytes: items.reduce((sum, item) => sum + operation.bytes(item), 0),
      limit: operation.batched ? this.#options.config.maxBatch : 1,
      trace,
      run: async (worker, batch, signal, parts) => {
        const startedAt = this.#clock.now();
        const { value, stages } = tracing === undefined
          ? await operation.run(worker, batch, signal)
          : await traceBatch(tracing, {
            operation: operation.name,
            model: operation.model,
            size: batch.length,
            requests: parts.map(({ entry }) => entry.request.trace),
          }, () => operation.run(worker, batch, signal));
        this.#onBatch({
          operation: operation.name,
          size: batch.length,
          queueMs: startedAt - cameAt,
          workerMs: this.#clock.now() - startedAt,
          stages,
        });
        return value;
      },
      ...options,
    });
    if (tracing === undefined || trace === undefined) return await answer;
    try {
      const results = await answer;
      endRequest(tracing, trace);
      return results;
    } catch (error) {
      endRequest(tracing, trace, error);
      throw error;
    }
  }

  #leastBusy(): Embedder | undefined {
    return this.#embedders.filter(({ state }) => state === "ready")
      .sort((a, b) => a.taken - b.taken)[0];
  }

  /** Why nothing can be answered, now or soon; undefined if something can. */
  #unavailable(): UnavailableError | undefined {
    if (this.#stopping) {
      return new UnavailableError("Cannot answer: the service is stopping");
    }
    const hopeful = this.#embedders.some(({ state, failures }) =>
      state === "ready" || (state !== "unfit" && failures < GIVE_UP_AFTER)
    );
    if (hopeful) return undefined;
    return new UnavailableError(`Cannot answer: no embedder runs, ${this.#embedders[0]?.reason}`);
  }
}
