/**
 * What the routes need, said by those who need it. `service.ts` passes the real ones; a test may pass
 * any object of this shape.
 *
 * Every method throws the classes of `src/errors.ts` and nothing else on purpose.
 *
 * @module
 */
import type { Config } from "../src/config.ts";
import type { Logger } from "../src/log.ts";
import type { AliasChange, CanaryReport } from "../src/schemas/alias.ts";
import type { Answer, Question } from "../src/schemas/pretexts.ts";
import type { Collection, CollectionRequest, Metadata } from "../src/schemas/collection.ts";
import type { Dataset, DatasetItem, DatasetKind } from "../src/schemas/dataset.ts";
import type { ServeBlockRequest } from "../src/schemas/serve_block.ts";
import type { ExportFormatName } from "../src/schemas/export.ts";
import type { Job, JobEvent, JobRequest } from "../src/schemas/job.ts";
import type { JobExtension, JobLosses } from "../src/schemas/job_extension.ts";
import type { Plan, PlanRequest } from "../src/schemas/job_plan.ts";
import type { EvaluationReport } from "../src/schemas/evaluation.ts";
import type { Model } from "../src/schemas/model.ts";
import type { Pretext } from "../src/schemas/pretext.ts";
import type { Clusters, Duplicates, Filter, Hit } from "../src/schemas/search.ts";
import type { SessionRequest, SessionStep, SessionStepRequest } from "../src/schemas/session.ts";
import type { NtXentRequest, NtXentResult } from "../src/schemas/nt_xent.ts";
import type { TournamentStanding } from "../src/schemas/tournament.ts";
import type { Tracing } from "../src/tracing.ts";
import type { ViewsPicture, ViewsPreviewSpec } from "../src/schemas/views_preview.ts";
import type { BatchReport } from "../src/serving/batch_report.ts";

/** Data sets: `src/datasets/dataset_service.ts`. */
export interface DatasetService {
  /**
   * Reads an upload to its end and seals a data set from it.
   *
   * @throws {InvalidError} name taken by rule, no usable item. @throws {ConflictError} name in use.
   * @throws {TooLargeError} a limit. @throws {UnsupportedError} a format. Nothing stays behind.
   */
  import(upload: {
    name: string;
    kind: DatasetKind;
    /** The request's Content-Type: tells multipart (with its boundary) from archives. */
    contentType: string | undefined;
    body: ReadableStream<Uint8Array>;
    signal?: AbortSignal;
    /** Whose it is, for the log. */
    about?: Record<string, unknown>;
  }): Promise<Dataset>;
  list(): Promise<Dataset[]>;
  /** By id or name. @throws {NotFoundError} */
  get(idOrName: string): Promise<Dataset>;
  /** Items from `offset`, at most `limit`, of one label if given; `total` counts what matches. */
  items(idOrName: string, page: { offset: number; limit: number; label?: string }): Promise<
    { total: number; items: DatasetItem[] }
  >;
  /** One original; raw pixels (netpbm) come as PNG. */
  image(idOrName: string, index: number): Promise<{ bytes: Uint8Array; mediaType: string }>;
  /** One frame of a clip, as an image; an item that is no clip has one. @throws {NotFoundError} */
  frame(
    idOrName: string,
    index: number,
    frame: number,
  ): Promise<{ bytes: Uint8Array; mediaType: string }>;
  /** An item as it came: a clip with all its frames. @throws {NotFoundError} */
  original(idOrName: string, index: number): Promise<{ bytes: Uint8Array; mediaType: string }>;
  /** @throws {ConflictError} while a job that has not ended uses it. */
  delete(idOrName: string): Promise<void>;
}

/** Jobs: `src/jobs/job_service.ts`. */
export interface JobService {
  /** Fills in every default, checks the request against the data, queues it. */
  submit(request: JobRequest): Promise<Job>;
  /** What a job of this request would take in memory and time; @param signal ends the measuring. */
  plan(request: PlanRequest, signal?: AbortSignal): Promise<Plan>;
  /** Newest first. */
  list(filter: { state?: Job["state"]; limit: number }): Promise<Job[]>;
  /** How many there are in each state; a state without any may be left out. */
  counts(): Promise<Partial<Record<Job["state"], number>>>;
  /** @throws {NotFoundError} */
  get(id: string): Promise<Job>;
  /** @throws {ConflictError} where the state does not allow it. */
  pause(id: string): Promise<Job>;
  resume(id: string): Promise<Job>;
  cancel(id: string): Promise<Job>;
  /** Queues a job that has ended again, with more to do. @throws {ConflictError} */
  extend(id: string, request: JobExtension): Promise<Job>;
  /** The loss of every step from `from` on, at most `limit`. @throws {NotFoundError} */
  losses(id: string, from: number, limit: number, entry?: number): Promise<JobLosses>;
  /**
   * Events with an id above `after`, first those on record, then as they happen; ends after the
   * job's last event, or when the signal fires.
   */
  events(id: string, after: number, signal: AbortSignal): AsyncIterable<JobEvent>;
  /** How a tournament stands. @throws {NotFoundError} @throws {ConflictError} If it is none. */
  tournament(id: string): Promise<TournamentStanding>;
  /** The progress events on record, oldest first, thinned to at most `limit`. */
  metrics(id: string, limit: number): Promise<JobEvent[]>;
}

/** Interactive runs: `src/jobs/session_service.ts`. */
export interface SessionService {
  create(request: SessionRequest): Promise<{ id: string; expiresInSeconds: number }>;
  list(): Promise<{ id: string; step: number; createdAt: string }[]>;
  /** One NT-Xent step. @throws {NotFoundError} @throws {InvalidError} e.g. an image that cannot be decoded. */
  step(id: string, request: SessionStepRequest): Promise<SessionStep>;
  save(id: string, name: string): Promise<Model>;
  delete(id: string): Promise<void>;
}

/** Models and aliases: `src/stores/model_store.ts`. */
export interface ModelService {
  list(): Promise<Model[]>;
  /** By id, alias, digest, or name (the newest of that name). @throws {NotFoundError} */
  resolve(reference: string): Promise<Model>;
  /** What evaluation jobs found out about a model, by its id, newest first. */
  evaluations(id: string): Promise<EvaluationReport[]>;
  /**
   * Reads an `.alike` file to its end and makes a model of it: `src/import/model_importer.ts`.
   *
   * @returns The model, and whether it is new. @throws {InvalidError} a file that is damaged or of
   * another kind. @throws {ConflictError} while the same is being imported. Nothing stays behind.
   */
  import(upload: {
    body: ReadableStream<Uint8Array>;
    /** Instead of the one in the file. */
    name?: string | undefined;
    signal: AbortSignal;
  }): Promise<{ model: Model; created: boolean }>;
  /** The model as a file of that form. @throws {NotFoundError} */
  export(reference: string, format: ExportFormatName, options: CallOptions): Promise<
    { name: string; mediaType: string; bytes: Uint8Array<ArrayBuffer> }
  >;
  /**
   * Makes a model that serves another block of one that is there.
   *
   * @throws {NotFoundError} @throws {InvalidError} if there is no such block, or it is served already.
   */
  serveBlock(request: ServeBlockRequest): Promise<Model>;
  /** @throws {ConflictError} while an alias points to it. */
  delete(id: string): Promise<void>;
  aliases(): Promise<{ name: string; model: string; updatedAt: string }[]>;
  /**
   * @param judged What a canary found, and the model it compared with. @throws {ConflictError} if
   * the alias points to another by now.
   */
  setAlias(
    name: string,
    model: string,
    judged?: { current: string; canary: CanaryReport },
  ): Promise<{ name: string; model: string; updatedAt: string }>;
  /** To the model before the last change. @throws {NotFoundError} @throws {ConflictError} if none. */
  rollbackAlias(name: string): Promise<{ name: string; model: string; updatedAt: string }>;
  /** Newest first. @throws {NotFoundError} */
  aliasHistory(name: string, limit: number): Promise<AliasChange[]>;
}

/** Collections: `src/search/collection_service.ts`. Every method throws NotFoundError for no name. */
export interface CollectionService {
  /** Makes one and queues its job. @throws {ConflictError} If the name is taken. */
  create(request: CollectionRequest): Promise<Collection>;
  /** Queues a job that embeds all items with another model. @throws {ConflictError} */
  reindex(name: string, model: string): Promise<Job>;
  list(): Promise<Collection[]>;
  get(name: string): Promise<Collection>;
  /** @throws {ConflictError} while a job embeds it. */
  delete(name: string): Promise<void>;
  /** What answers for it. @throws {ConflictError} if nothing is embedded yet. */
  serving(name: string): Promise<
    { space: string; model: string; digest: string; dimensions: number }
  >;
  items(name: string, offset: number, limit: number): Promise<
    { total: number; items: Omit<Hit, "score">[] }
  >;
  /**
   * Puts items in, whose vectors have length 1; one of the same id is replaced.
   *
   * @returns How many there are now. @throws {ConflictError} while a job embeds it, or if another
   * space answers by now.
   */
  add(
    name: string,
    space: string,
    items: {
      id: string;
      label: string | null;
      metadata: Metadata;
      image: Uint8Array;
      vector: Float32Array<ArrayBuffer>;
    }[],
  ): Promise<number>;
  /** @throws {NotFoundError} for no such item. @throws {ConflictError} while a job embeds it. */
  remove(name: string, id: string): Promise<void>;
  /** The original of an item, of a clip the first frame. @throws {NotFoundError} */
  image(name: string, id: string): Promise<Uint8Array>;
  /** Hits of vectors of length 1. @throws {NotFoundError} if the space is gone. */
  search(
    space: string,
    queries: readonly Float32Array<ArrayBuffer>[],
    k: number,
    filter?: Filter,
  ): Promise<Hit[][]>;
  /** Hits of items. @throws {NotFoundError} for no such item, or space. */
  searchByItems(
    space: string,
    ids: readonly string[],
    k: number,
    filter?: Filter,
  ): Promise<Hit[][]>;
  /** @throws {OverloadedError} while another request looks at all vectors. */
  duplicates(
    name: string,
    threshold: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<Duplicates>;
  /** @throws {OverloadedError} @throws {InvalidError} if there are fewer items than `k`. */
  clusters(
    name: string,
    options: { k: number; seed: number; representatives: number },
    signal: AbortSignal,
  ): Promise<Clusters>;
}

/** What a call to the embedder may bring along. */
export interface CallOptions {
  /** Fires when the client is gone: what has not started is dropped. */
  signal: AbortSignal;
  /** When the answer is worth nothing any more, milliseconds since the epoch. */
  deadline?: number;
}

/** Inference: `src/serving/embedder_pool.ts`. */
export interface EmbedderService {
  /**
   * h of each image, in order, not normalised.
   *
   * @param images The images as they came: JPEG, PNG, WebP, GIF.
   * @returns Row-major n × dimensions.
   * @throws {InvalidError} with `input[i]` if an image cannot be decoded.
   * @throws {OverloadedError} when the queue is full.
   */
  embed(
    model: Model,
    images: Uint8Array[],
    options: CallOptions,
  ): Promise<{ embeddings: Float32Array; dimensions: number }>;
  /**
   * What a head says of each input.
   *
   * @throws {ConflictError} if the model has no such head.
   * @throws {InvalidError} with `input[i]` if an image cannot be decoded, or another field's name.
   */
  predict<Name extends Pretext>(
    model: Model,
    pretext: Name,
    questions: Question<Name>[],
    options: CallOptions,
  ): Promise<Answer<Name>[]>;
  ntXent(request: NtXentRequest, options: CallOptions): Promise<NtXentResult>;
  /** A picture of items and their views. @throws {InvalidError} If it would be too large. */
  previewViews(spec: ViewsPreviewSpec, options: CallOptions): Promise<ViewsPicture>;
  /** Tells the listener, of which there is one, of every batch that comes back. */
  onBatch(listener: (report: BatchReport) => void): void;
  /** For `/info`, `/ready` and `/metrics`. */
  status(): {
    /** True once every embedder has passed its self-test. */
    ready: boolean;
    /** Why not, or null. */
    reason: string | null;
    backend: { name: string; reason: string; adapter: string } | null;
    selfTest: { kernel: string; ok: boolean; error: number; message: string | null }[];
    workers: number;
    queue: { waiting: number; capacity: number; drainPerSecond: number };
    /** Counts since the start. */
    counts: { requests: number; images: number; batches: number; refused: number; dropped: number };
    /** What their tensors take up, as the embedders last told. */
    memory: { tensorBytes: number; heapBytes: number | null }[];
  };
}

/** All of it. */
export interface Services {
  config: Config;
  log: Logger;
  /** The version of Alike, from deno.json. */
  version: string;
  datasets: DatasetService;
  jobs: JobService;
  sessions: SessionService;
  models: ModelService;
  collections: CollectionService;
  embedder: EmbedderService;
  /** Makes spans, if there are to be any. */
  tracing?: Tracing | undefined;
  /** True once a graceful stop has begun: `/ready` fails, event streams end. */
  stopping: AbortSignal;
}
