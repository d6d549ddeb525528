/**
 * Batcher: which requests share a forward pass, and when it starts.
 *
 * The policy, and nothing else: it knows neither models nor workers, and time is an argument.
 *
 * - Requests of a group (one operation on one model) join a batch until it is full or the first of
 *   them has waited long enough; groups take turns (`fair_queue.ts`).
 * - A request larger than a batch is split, and its results put together in order.
 * - What waits is bounded; beyond that requests are refused with the time after which there is room.
 * - A request whose client left or whose deadline has passed is dropped: if it waits, it costs
 *   nothing; a batch that no one wants any more is called off.
 * - What was under way in a worker that died is tried once more, by itself and with nothing else
 *   on its worker, so that a request that kills workers takes no other with it.
 *
 * @module
 */
import { Alarm } from "../alarm.ts";
import type { Clock } from "../clock.ts";
import { Deadlines } from "../deadlines.ts";
import {
  type AlikeError,
  CancelledError,
  InternalError,
  OverloadedError,
  TimeoutError,
  TooLargeError,
  UnavailableError,
  WorkerDiedError,
} from "../errors.ts";
import type { BatchRequest } from "./batch_request.ts";
import { DrainRate } from "./drain_rate.ts";
import { FairQueue, type Part } from "./fair_queue.ts";

/** A place on a worker. */
export interface Lease<Worker> {
  worker: Worker;
  /** Gives the place back. */
  release(): void;
}

/** What {@linkcode Batcher} takes. */
export interface BatcherOptions<Worker> {
  /** How long a request waits for others, milliseconds. */
  waitMs: number;
  /** Most images that may wait. */
  capacity: number;
  /** Most bytes of unanswered requests; one request by itself may exceed it. */
  capacityBytes: number;
  clock: Clock;
  /**
   * Takes a place on a worker, if there is one now.
   *
   * @param alone Whether nothing else may be on that worker.
   */
  acquire(alone: boolean): Lease<Worker> | undefined;
  /** Why there is and will be no worker; undefined as long as there is hope. */
  unavailable(): AlikeError | undefined;
}

/** What has happened since the start, in requests but for `images` and `batches`. */
export interface BatcherCounts {
  requests: number;
  images: number;
  batches: number;
  refused: number;
  dropped: number;
}

/** A request that has been taken in. Item and result types are known to its `submit` alone. */
interface Entry<Worker> {
  readonly request: BatchRequest<Worker, unknown, unknown>;
  readonly results: unknown[];
  /** How many items have no result yet. */
  missing: number;
  settled: boolean;
  settle(error?: AlikeError): void;
  /** What of it waits in the queue. */
  part: Part<Entry<Worker>> | undefined;
  /** The batches that hold items of it. */
  readonly batches: Set<Batch<Worker>>;
}

/** Parts that run together. */
interface Batch<Worker> {
  readonly parts: Part<Entry<Worker>>[];
  /** Whether a worker has died with these before. */
  readonly suspect: boolean;
  readonly controller: AbortController;
}

/** The queue in front of the workers. */
export class Batcher<Worker> {
  readonly #options: BatcherOptions<Worker>;
  readonly #queue = new FairQueue<Entry<Worker>>();
  /** Parts that a worker died with, before all others. */
  #suspects: Part<Entry<Worker>>[] = [];
  readonly #drain = new DrainRate();
  readonly #counts: BatcherCounts = { requests: 0, images: 0, batches: 0, refused: 0, dropped: 0 };
  readonly #deadlines: Deadlines;
  /** When the queue is looked at by itself. */
  readonly #alarm: Alarm;
  #bytes = 0;

  constructor(options: BatcherOptions<Worker>) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
    this.#alarm = new Alarm(options.clock, () => this.pump());
  }

  /** Images that wait. */
  get waiting(): number {
    return this.#queue.count + this.#suspects.reduce((sum, part) => sum + part.count, 0);
  }

  /** Images a second, as measured; 0 while nothing is known. */
  get drainPerSecond(): number {
    return this.#drain.perSecond;
  }

  get counts(): Readonly<BatcherCounts> {
    return this.#counts;
  }

  /**
   * Runs a request together with others.
   *
   * @throws {OverloadedError} If too much waits. @throws {TooLargeError} If it could never wait.
   * @throws {CancelledError} When its signal fires. @throws {TimeoutError} When its deadline passes.
   * @throws {UnavailableError} If two workers died with it, or there is none. @throws Whatever
   * `run` throws.
   */
  submit<Item, Result>(request: BatchRequest<Worker, Item, Result>): Promise<Result[]> {
    const refusal = this.#refusal(request.items.length, request.bytes);
    if (refusal !== undefined) {
      this.#counts.refused++;
      return Promise.reject(refusal);
    }
    this.#counts.requests++;
    this.#counts.images += request.items.length;
    if (request.items.length === 0) return Promise.resolve([]);
    const { promise, resolve, reject } = Promise.withResolvers<Result[]>();
    const { clock, waitMs } = this.#options;
    const { deadline, signal } = request;
    const now = clock.now();
    let callOffDeadline = () => {};
    this.#bytes += request.bytes;
    const entry: Entry<Worker> = {
      // A group has one item type: parts of it only ever go to a `run` of the same group.
      request: request as unknown as BatchRequest<Worker, unknown, unknown>,
      results: [],
      missing: request.items.length,
      settled: false,
      settle: (error) => {
        if (entry.settled) return;
        entry.settled = true;
        callOffDeadline();
        signal.removeEventListener("abort", onAbort);
        this.#bytes -= request.bytes;
        if (error === undefined) resolve(entry.results as Result[]);
        else reject(error);
      },
      part: undefined,
      batches: new Set(),
    };
    const onAbort = () => {
      this.#drop(entry, new CancelledError("Cannot go on: the client has left"));
      this.pump();
    };
    const onDeadline = () => {
      this.#drop(entry, new TimeoutError("Cannot answer: the deadline has passed"));
      this.pump();
    };
    if (signal.aborted) onAbort();
    else if (deadline !== undefined && deadline <= now) onDeadline();
    else {
      signal.addEventListener("abort", onAbort, { once: true });
      if (deadline !== undefined) callOffDeadline = this.#deadlines.add(deadline, onDeadline);
      // One that cannot afford to wait for others does not.
      const dueAt = deadline !== undefined && deadline <= now + waitMs ? now : now + waitMs;
      entry.part = { entry, start: 0, count: request.items.length, dueAt };
      this.#queue.add(request.group, request.limit, entry.part);
      this.pump();
    }
    return promise;
  }

  /** Hands out what is due: to be called whenever something has changed about the workers. */
  pump(): void {
    const { acquire, clock, unavailable } = this.#options;
    const reason = unavailable();
    if (reason !== undefined) {
      const waiting = [...this.#suspects, ...this.#queue.parts()];
      for (const { entry } of waiting) this.#drop(entry, reason);
    }
    while (this.#suspects.length > 0) {
      // Nothing else starts while a suspect waits for an empty worker, or there might never be one.
      const lease = acquire(true);
      if (lease === undefined) return;
      void this.#run([this.#suspects.shift()!], true, lease);
    }
    for (;;) {
      const group = this.#queue.due(clock.now());
      if (group === undefined) break;
      const lease = acquire(false);
      if (lease === undefined) return;
      void this.#run(this.#queue.take(group), false, lease);
    }
    this.#alarm.set(this.#queue.nextDueAt());
  }

  #refusal(count: number, bytes: number): AlikeError | undefined {
    const { capacity, capacityBytes } = this.#options;
    if (count > capacity) {
      return new TooLargeError(`Cannot take ${count} images at once: at most ${capacity} may wait`);
    }
    const waiting = this.waiting;
    const over = waiting + count - capacity;
    const overBytes = this.#bytes + bytes - capacityBytes;
    if (over <= 0 && (overBytes <= 0 || this.#bytes === 0)) return undefined;
    // How many images must be answered before there is room.
    const images = Math.max(over, waiting * overBytes / this.#bytes);
    const what = over > 0
      ? `${waiting} of at most ${capacity} wait already`
      : `${this.#bytes} of at most ${capacityBytes} bytes wait already`;
    const rate = this.#drain.perSecond;
    return new OverloadedError(
      `Cannot take ${count} images now: ${what}`,
      rate > 0 ? images / rate : 1,
    );
  }

  async #run(
    parts: Part<Entry<Worker>>[],
    suspect: boolean,
    lease: Lease<Worker>,
  ): Promise<void> {
    const { clock } = this.#options;
    const batch = { parts, suspect, controller: new AbortController() };
    const items = parts.flatMap(({ entry, start, count }) =>
      entry.request.items.slice(start, start + count)
    );
    for (const { entry } of parts) entry.batches.add(batch);
    this.#counts.batches++;
    this.#drain.started(clock.now());
    let answered = 0;
    try {
      const { run } = parts[0]!.entry.request;
      const results = await run(lease.worker, items, batch.controller.signal, parts);
      if (results.length !== items.length) {
        throw new InternalError(
          `Cannot use a batch's results: ${results.length} for ${items.length} items`,
        );
      }
      answered = items.length;
      this.#deliver(batch, results);
    } catch (error) {
      this.#fail(batch, error);
    } finally {
      for (const { entry } of parts) entry.batches.delete(batch);
      this.#drain.finished(clock.now(), answered);
      lease.release();
      this.pump();
    }
  }

  #deliver(batch: Batch<Worker>, results: unknown[]): void {
    let at = 0;
    for (const { entry, start, count } of batch.parts) {
      for (let i = 0; i < count; i++) entry.results[start + i] = results[at++];
      entry.missing -= count;
      if (entry.missing === 0) entry.settle();
    }
  }

  #fail(batch: Batch<Worker>, error: unknown): void {
    for (const part of batch.parts) {
      if (part.entry.settled) continue;
      if (!(error instanceof WorkerDiedError)) {
        this.#drop(part.entry, error as AlikeError);
      } else if (!batch.suspect) {
        this.#suspects.push(part);
      } else {
        const message = "Cannot answer: two workers ended while they worked on it";
        this.#drop(part.entry, new UnavailableError(message, { cause: error }));
      }
    }
  }

  /** Settles a request without an answer: what of it waits leaves the queue. */
  #drop(entry: Entry<Worker>, error: AlikeError): void {
    if (entry.settled) return;
    if (error instanceof CancelledError || error instanceof TimeoutError) this.#counts.dropped++;
    entry.settle(error);
    this.#suspects = this.#suspects.filter((part) => part.entry !== entry);
    if (entry.part !== undefined) this.#queue.remove(entry.request.group, entry.part);
    for (const batch of entry.batches) {
      if (batch.parts.every((part) => part.entry.settled)) batch.controller.abort(error);
    }
  }
}
