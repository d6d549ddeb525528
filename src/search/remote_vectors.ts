/**
 * The vector store in a worker: searches look at every vector, which is nothing for the main thread.
 *
 * What looks at all vectors at once (clusters, near-duplicates) may take minutes, so it gets a
 * worker of its own for as long as it takes, one at a time, which ends with its request.
 *
 * @module
 */
import { OverloadedError, UnavailableError, WorkerDiedError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { relayLog } from "../protocol/remote_logger.ts";
import { startWorker, type WorkerHandle } from "../protocol/start_worker.ts";
import type { Clusters, Duplicates } from "../schemas/search.ts";
import type {
  AllVectors,
  Neighbour,
  SearchOptions,
  StoredItem,
  VectorItem,
  VectorStore,
} from "../stores/vector_store.ts";
import {
  type ClustersRequest,
  type DuplicatesRequest,
  type VectorProtocol,
  VECTORS,
} from "./vector_protocol.ts";

/** What {@linkcode RemoteVectors} takes. */
export interface RemoteVectorsOptions {
  /** Module of the worker. */
  workerUrl: URL;
  /** The file. */
  path: string;
  log: Logger;
}

type Calls = VectorProtocol["calls"];
type Handle = WorkerHandle<VectorProtocol>;

/** Asks a worker, which is started when it is first needed, and anew after it has died. */
export class RemoteVectors implements VectorStore {
  readonly #options: RemoteVectorsOptions;
  #worker: Promise<Handle> | undefined;
  #analysing = false;
  readonly #closing = new AbortController();

  constructor(options: RemoteVectorsOptions) {
    this.#options = options;
  }

  async create(...args: [string, number]): Promise<void> {
    await this.#call("create", args);
  }
  async drop(space: string): Promise<void> {
    await this.#call("drop", [space]);
  }
  async spaces(): Promise<string[]> {
    return await this.#call("spaces", []);
  }
  async upsert(...args: [string, readonly VectorItem[]]): Promise<StoredItem[]> {
    return await this.#call("upsert", args);
  }
  async remove(...args: [string, readonly string[]]): Promise<StoredItem[]> {
    return await this.#call("remove", args);
  }
  async get(...args: [string, readonly string[]]): Promise<VectorItem[]> {
    return await this.#call("get", args);
  }
  async list(...args: [string, number, number]): Promise<StoredItem[]> {
    return await this.#call("list", args);
  }
  async count(space: string): Promise<number> {
    return await this.#call("count", [space]);
  }
  async search(
    ...args: [string, readonly Float32Array<ArrayBuffer>[], SearchOptions]
  ): Promise<Neighbour[][]> {
    return await this.#call("search", args);
  }
  async all(space: string): Promise<AllVectors> {
    return await this.#call("all", [space]);
  }

  /** @throws {OverloadedError} While another space is looked at as a whole. */
  async duplicates(request: DuplicatesRequest, signal: AbortSignal): Promise<Duplicates> {
    return await this.#analyse("duplicates", request, signal);
  }

  /** @throws {OverloadedError} While another space is looked at as a whole. */
  async clusters(request: ClustersRequest, signal: AbortSignal): Promise<Clusters> {
    return await this.#analyse("clusters", request, signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const worker = await this.#worker?.catch(() => undefined);
    worker?.terminate("is not needed any more");
  }

  async #call<Name extends keyof Calls & string>(
    name: Name,
    request: Calls[Name]["request"],
  ): Promise<Calls[Name]["response"]> {
    const worker = this.#worker ??= this.#start(this.#closing.signal);
    try {
      return await (await worker).call(name, request);
    } catch (error) {
      const alive = await worker.then((handle) => handle.alive, () => false);
      if (!alive && this.#worker === worker) this.#worker = undefined;
      throw named(error);
    }
  }

  async #analyse<Name extends "duplicates" | "clusters">(
    name: Name,
    request: Calls[Name]["request"],
    signal: AbortSignal,
  ): Promise<Calls[Name]["response"]> {
    if (this.#analysing) {
      throw new OverloadedError("Cannot look at all vectors: another request does so", 5);
    }
    this.#analysing = true;
    const ends = AbortSignal.any([signal, this.#closing.signal]);
    let worker: Handle | undefined;
    try {
      worker = await this.#start(ends);
      return await worker.call(name, request, { signal: ends });
    } catch (error) {
      throw named(error);
    } finally {
      worker?.terminate("is not needed any more");
      this.#analysing = false;
    }
  }

  async #start(signal: AbortSignal): Promise<Handle> {
    const { workerUrl, path, log } = this.#options;
    return await startWorker<VectorProtocol>({
      url: workerUrl,
      kind: VECTORS,
      init: { path },
      listeners: { log: relayLog(log) },
      signal,
    });
  }
}

/** A worker that died may be there again at the next try. */
function named(error: unknown): unknown {
  if (!(error instanceof WorkerDiedError)) return error;
  return new UnavailableError(`Cannot reach the vectors: ${error.message}`, { cause: error });
}
