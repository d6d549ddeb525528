/**
 * Interactive runs for the routes: implements `SessionService` of `routes/services.ts`.
 *
 * A session is a worker of its own, so the number of sessions is bounded, and one that nobody
 * steps ends. Sessions are not on record: a restart ends them.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { ConflictError, NotFoundError, OverloadedError, UnavailableError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { relayLog } from "../protocol/remote_logger.ts";
import { SESSION, type SessionProtocol } from "../protocol/session_protocol.ts";
import { startWorker, type WorkerHandle } from "../protocol/start_worker.ts";
import type { Model } from "../schemas/model.ts";
import { newId } from "../schemas/name.ts";
import type { SessionRequest, SessionStep, SessionStepRequest } from "../schemas/session.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { decodeStepImages } from "./step_images.ts";

/** What {@linkcode SessionService} takes. */
export interface SessionServiceOptions {
  config: Pick<Config, "backend" | "maxPixels">;
  /** Module of the session worker. */
  workerUrl: URL;
  models: Pick<ModelStore, "insert">;
  blobs: Pick<BlobStore, "url" | "deleteAll">;
  log: Logger;
  /** @default {systemClock} */
  clock?: Clock;
  /** Most sessions at a time. @default {4} */
  maxSessions?: number;
  /** A session that is not used for so long ends, seconds. @default {900} */
  idleSeconds?: number;
}

interface Session {
  readonly id: string;
  readonly createdAt: string;
  readonly worker: WorkerHandle<SessionProtocol>;
  step: number;
  /** Whether it is at something: it does one thing at a time. */
  busy: boolean;
  /** When it ends if nothing is asked of it, milliseconds since the epoch. */
  expiresAt: number;
  stopTimer(): void;
}

/** The sessions there are. */
export class SessionService {
  readonly #options: SessionServiceOptions;
  readonly #clock: Clock;
  readonly #maxSessions: number;
  readonly #idleSeconds: number;
  readonly #sessions = new Map<string, Session>();
  readonly #stopped = new AbortController();
  /** Sessions whose worker has not started yet. */
  #starting = 0;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#maxSessions = options.maxSessions ?? 4;
    this.#idleSeconds = options.idleSeconds ?? 900;
  }

  /** Starts a session. @throws {OverloadedError} If there are as many as there may be. */
  async create(request: SessionRequest): Promise<{ id: string; expiresInSeconds: number }> {
    if (this.#stopped.signal.aborted) throw stopping();
    if (this.#sessions.size + this.#starting >= this.#maxSessions) throw this.#overloaded();
    const { config, workerUrl, blobs, log } = this.#options;
    const id = newId("session");
    const createdAt = new Date(this.#clock.now()).toISOString();
    this.#starting++;
    try {
      const worker = await startWorker<SessionProtocol>({
        url: workerUrl,
        kind: SESSION,
        init: {
          blobsUrl: blobs.url,
          backend: config.backend,
          maxPixels: config.maxPixels,
          request,
        },
        listeners: { log: relayLog(log.with({ sessionId: id })) },
        signal: this.#stopped.signal,
        clock: this.#clock,
      });
      if (this.#stopped.signal.aborted) worker.terminate("was stopped");
      this.#stopped.signal.throwIfAborted();
      const session: Session = {
        id,
        createdAt,
        worker,
        step: 0,
        busy: false,
        expiresAt: 0,
        stopTimer: () => {},
      };
      this.#sessions.set(id, session);
      void worker.died.then(({ message }) => {
        log.info("session has ended", { sessionId: id, reason: message });
        session.stopTimer();
        this.#sessions.delete(id);
      });
      this.#expireLater(session);
      return { id, expiresInSeconds: this.#idleSeconds };
    } catch (error) {
      throw this.#stopped.signal.aborted ? stopping() : error;
    } finally {
      this.#starting--;
    }
  }

  /** Oldest first. */
  list(): Promise<{ id: string; step: number; createdAt: string }[]> {
    const sessions = [...this.#sessions.values()];
    return Promise.resolve(sessions.map(({ id, step, createdAt }) => ({ id, step, createdAt })));
  }

  /**
   * One NT-Xent step.
   *
   * @throws {NotFoundError} @throws {InvalidError} With `images[i]` or `views[i][j]`.
   * @throws {ConflictError} While the session is at another request.
   */
  async step(id: string, request: SessionStepRequest): Promise<SessionStep> {
    const images = decodeStepImages(request);
    return await this.#use(id, async (session) => {
      const result = await session.worker.call("step", images);
      session.step = result.step;
      return result;
    });
  }

  /** Makes a model of the session's weights as they are now. @throws As {@linkcode step} does. */
  async save(id: string, name: string): Promise<Model> {
    const { models, blobs } = this.#options;
    const model = newId("model");
    try {
      const stored = await this.#use(id, ({ worker }) => worker.call("save", { model }));
      const createdAt = new Date(this.#clock.now()).toISOString();
      const row: Model = { ...stored, name, job: null, createdAt };
      await models.insert(row);
      return row;
    } catch (error) {
      await blobs.deleteAll(`models/${model}`);
      throw error;
    }
  }

  /** Ends a session. @throws {NotFoundError} */
  // Async, so that a fault rejects.
  // deno-lint-ignore require-await
  async delete(id: string): Promise<void> {
    this.#end(this.#get(id), "was deleted");
  }

  /** Ends every session. */
  stop(): void {
    this.#stopped.abort();
    for (const session of this.#sessions.values()) this.#end(session, "was stopped");
  }

  #get(id: string): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) {
      throw new NotFoundError(`Cannot find the session: no such id, or it has ended, ${id}`);
    }
    return session;
  }

  async #use<T>(id: string, work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#get(id);
    if (session.busy) {
      throw new ConflictError(`Cannot use the session: it is at another request, ${id}`);
    }
    session.busy = true;
    session.stopTimer();
    try {
      return await work(session);
    } finally {
      session.busy = false;
      if (this.#sessions.get(id) === session) this.#expireLater(session);
    }
  }

  #expireLater(session: Session): void {
    const wait = this.#idleSeconds * 1000;
    session.expiresAt = this.#clock.now() + wait;
    session.stopTimer = this.#clock.schedule(
      wait,
      () => this.#end(session, `was not used for ${this.#idleSeconds} seconds`),
    );
  }

  #end(session: Session, reason: string): void {
    session.stopTimer();
    this.#sessions.delete(session.id);
    session.worker.terminate(reason);
  }

  #overloaded(): OverloadedError {
    const expiries = [...this.#sessions.values()].map(({ expiresAt }) => expiresAt);
    const wait = Math.min(
      this.#idleSeconds * 1000,
      ...expiries.map((at) => at - this.#clock.now()),
    );
    return new OverloadedError(
      `Cannot start a session: there are ${this.#maxSessions} already, the most there may be`,
      wait / 1000,
    );
  }
}

function stopping(): UnavailableError {
  return new UnavailableError("Cannot start a session: the service is stopping");
}
