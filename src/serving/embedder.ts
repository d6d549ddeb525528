/**
 * Embedder: one place in the pool. It keeps a worker in it: starts it, watches it, and starts
 * another when it has died.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { toErrorRecord } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { EmbedderProtocol, KernelReport } from "../protocol/embedder_protocol.ts";
import type { BackendInfo } from "../protocol/protocol.ts";
import type { WorkerHandle } from "../protocol/start_worker.ts";
import type { Lease } from "./batcher.ts";
import type { EmbedderWorker } from "./operations.ts";
import type { StartedEmbedder } from "./start_embedder.ts";

/** What {@linkcode Embedder} takes. */
export interface EmbedderOptions {
  /** Starts a worker; the signal ends the attempt. */
  start(signal: AbortSignal): Promise<StartedEmbedder>;
  /** Longest time a worker may take for what it is at, milliseconds. */
  hangMs: number;
  clock: Clock;
  log: Logger;
  /** Called after each change of state. */
  onChange(): void;
}

/** What an embedder is at. */
export type EmbedderState =
  /** Its first worker, or another after a death, is starting. */
  | "starting"
  | "ready"
  /** Its worker's self-test failed: it would answer wrong numbers. */
  | "unfit"
  /** Its worker died or did not start; another will be started in a while. */
  | "down"
  | "stopped";

/**
 * Batches on a worker: one that computes, one whose pixels wait for it, and one that is decoded: it
 * may take the time of a forward pass until the next comes after an answer.
 */
const PLACES = 3;

/** Wait before another worker is started: doubles with each failure in a row. */
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 30_000;

/** A place in the pool. */
export class Embedder {
  readonly #options: EmbedderOptions;
  readonly #stopped = new AbortController();
  #worker: WorkerHandle<EmbedderProtocol> | undefined;
  #intake: StartedEmbedder["intake"] = () => undefined;
  #state: EmbedderState = "starting";
  #reason = "the first worker is starting";
  #report: { backend: BackendInfo; selfTest: KernelReport[] } | undefined;
  #failures = 0;
  #taken = 0;
  #stopBackoff: () => void = () => {};
  #stopWatch: () => void = () => {};

  constructor(options: EmbedderOptions) {
    this.#options = options;
    void this.#start();
  }

  get state(): EmbedderState {
    return this.#state;
  }

  /** Why it is not ready, in words. */
  get reason(): string {
    return this.#reason;
  }

  /** What the last worker that started said of itself. */
  get report(): { backend: BackendInfo; selfTest: KernelReport[] } | undefined {
    return this.#report;
  }

  /** Starts that failed and deaths since something was last answered. */
  get failures(): number {
    return this.#failures;
  }

  /** How many batches are on it. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes a place, if there is one. @param alone Whether the worker must have nothing else. */
  acquire(alone: boolean): Lease<EmbedderWorker> | undefined {
    const worker = this.#worker;
    if (worker === undefined || !worker.alive || this.#state !== "ready") return undefined;
    if (this.#taken > (alone ? 0 : PLACES - 1)) return undefined;
    const places = alone ? PLACES : 1;
    this.#taken += places;
    if (this.#taken === places) this.#watch();
    return {
      worker: {
        call: async (name, request, options) => {
          const response = await worker.call(name, request, options);
          this.#failures = 0;
          return response;
        },
        intake: this.#intake(),
      },
      release: () => {
        // After a death the count began anew with the next worker.
        if (this.#worker !== worker) return;
        this.#taken -= places;
        this.#watch();
      },
    };
  }

  /** Tells its worker that a model is gone. */
  forget(model: string): void {
    this.#worker?.send("forget", { model });
  }

  /** Ends its worker for good. */
  stop(): void {
    this.#stopped.abort();
    this.#stopBackoff();
    this.#stopWatch();
    this.#become("stopped", "the service is stopping");
    this.#worker?.terminate("was stopped");
  }

  async #start(): Promise<void> {
    const { log } = this.#options;
    try {
      const { worker, intake } = await this.#options.start(this.#stopped.signal);
      if (this.#stopped.signal.aborted) return worker.terminate("was stopped");
      this.#worker = worker;
      this.#intake = intake;
      this.#taken = 0;
      this.#report = worker.ready;
      void worker.died.then((error) => this.#onDeath(worker, error));
      const wrong = worker.ready.selfTest.filter(({ ok }) => !ok);
      if (wrong.length > 0) {
        const kernels = wrong.map(({ kernel, message }) => `${kernel} (${message})`).join(", ");
        log.error("embedder is not fit to serve: its self-test failed", { kernels });
        this.#become("unfit", `the self-test failed: ${kernels}`);
      } else {
        log.info("embedder is ready", { ...worker.ready.backend });
        this.#become("ready", "");
      }
    } catch (error) {
      this.#onFailure("did not start", error);
    }
  }

  #onDeath(worker: WorkerHandle<EmbedderProtocol>, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#stopWatch();
    this.#onFailure("ended", error);
  }

  #onFailure(what: string, error: unknown): void {
    if (this.#stopped.signal.aborted) return;
    const { clock, log } = this.#options;
    const { message } = toErrorRecord(error);
    const wait = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures++, LONGEST_BACKOFF_MS);
    log.error(`embedder ${what}; another is started`, { error: message, inMilliseconds: wait });
    this.#stopBackoff = clock.schedule(wait, () => {
      this.#become("starting", `another worker is starting: the last one ${what}: ${message}`);
      void this.#start();
    });
    this.#become("down", `its worker ${what}: ${message}`);
  }

  /** (Re)starts the time in which something must come back. */
  #watch(): void {
    const { clock, hangMs } = this.#options;
    this.#stopWatch();
    if (this.#taken === 0) return;
    this.#stopWatch = clock.schedule(
      hangMs,
      () => this.#worker?.terminate(`did not answer for ${hangMs} ms`),
    );
  }

  #become(state: EmbedderState, reason: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#options.onChange();
  }
}
