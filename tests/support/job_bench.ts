/** A job service over real stores in a folder, with fake trainers. @module */
import { withTempDir } from "./temp_dir.ts";
import { pathToFileURL } from "node:url";
import type { Clock } from "../../src/clock.ts";
import type { ItemEmbedder } from "../../src/jobs/index_run.ts";
import { JobService } from "../../src/jobs/job_service.ts";
import { type Logger, silentLogger } from "../../src/log.ts";
import type { Job, JobEvent, JobState } from "../../src/schemas/job.ts";
import { EvaluationRequest, type Protocol } from "../../src/schemas/evaluate.ts";
import { TrainRequest } from "../../src/schemas/train.ts";
import type { BlobStore } from "../../src/stores/blobs.ts";
import { CollectionStore } from "../../src/stores/collection_store.ts";
import type { Database } from "../../src/stores/database.ts";
import { JobStore } from "../../src/stores/job_store.ts";
import { ModelStore } from "../../src/stores/model_store.ts";
import { openBlobs, openDatabase } from "../../src/stores/open.ts";
import { SqliteVectors } from "../../src/stores/sqlite_vectors.ts";
import { fakeDatasets } from "./datasets.ts";

/** What may be chosen of it. */
export interface JobBenchOptions {
  trainers?: number;
  clock?: Clock;
  workerUrl?: URL;
  keepCheckpoints?: number;
  log?: Logger;
  embedder?: ItemEmbedder;
}

/** Answers nothing: for jobs that do not embed. */
const fakeItemEmbedder: ItemEmbedder = {
  embed: () => Promise.reject(new Error("no embedder is expected here")),
};

/** One process's share of the work on a folder. */
export class JobBench {
  private constructor(
    readonly service: JobService,
    readonly jobs: JobStore,
    readonly models: ModelStore,
    readonly blobs: BlobStore,
    readonly database: Database,
    readonly collections: CollectionStore,
    readonly vectors: SqliteVectors,
  ) {}

  /** Opens the folder's stores and starts. */
  static async open(folder: string, options: JobBenchOptions = {}): Promise<JobBench> {
    const { trainers = 1, clock, log = silentLogger } = options;
    const database = await openDatabase(pathToFileURL(`${folder}/alike.db`).href);
    const blobs = await openBlobs(pathToFileURL(`${folder}/blobs`).href);
    const jobs = new JobStore(database, clock === undefined ? {} : { now: () => clock.now() });
    const models = new ModelStore(database, blobs);
    const collections = new CollectionStore(database);
    const vectors = SqliteVectors.open(`${folder}/vectors.db`);
    const service = new JobService({
      config: {
        trainers,
        replicas: 1,
        backend: "wasm",
        maxPixels: 1000,
        checkpointSeconds: 30,
        keepCheckpoints: options.keepCheckpoints ?? 20,
      },
      workerUrl: options.workerUrl ?? new URL("./fake_trainer.ts", import.meta.url),
      datasets: fakeDatasets({}),
      jobs,
      models,
      blobs,
      temporaryFolder: folder,
      indexing: { collections, vectors, embedder: options.embedder ?? fakeItemEmbedder },
      // The name says which block; weights are those of the fake trainer.
      serveBlock: async ({ from, block, id }) => {
        const model = await models.resolve(from);
        const name = `${model.name}-block${block}`;
        return await models.add({ ...model, id, name }, await models.weights(model.id));
      },
      backend: () => undefined,
      log,
      ...(clock === undefined ? {} : { clock }),
    });
    service.start();
    return new JobBench(service, jobs, models, blobs, database, collections, vectors);
  }

  /** Stops, as gracefully as `deadlineMs` allows. */
  async close(deadlineMs = 60_000): Promise<void> {
    await this.service.stop(deadlineMs);
    await this.database.close();
    await this.vectors.close();
  }

  /** Submits a job that does what the name says. */
  async submit(name: string, more: Record<string, unknown> = {}): Promise<string> {
    const request = { type: "train", dataset: "digits", name, steps: 20, ...more };
    return (await this.service.submit(TrainRequest.parse(request))).id;
  }

  /** Evaluates a model as the protocol says. */
  async submitEvaluation(model: string, protocol: Protocol): Promise<string> {
    const request = { type: "evaluate", model, protocols: [protocol] };
    return (await this.service.submit(EvaluationRequest.parse(request))).id;
  }

  /** The same for a model that a job makes first. */
  async evaluate(protocol: Protocol): Promise<{ id: string; model: string }> {
    const model = (await this.end(await this.submit("finish"))).model!;
    return { id: await this.submitEvaluation(model, protocol), model };
  }

  /** Reads events until one of that kind comes; the stream must not end before. */
  async until(
    id: string,
    found: (event: JobEvent) => boolean,
    after = 0,
  ): Promise<JobEvent> {
    const events = this.service.events(id, after, new AbortController().signal);
    for await (const event of events) if (found(event)) return event;
    throw new Error("the job ended without such an event");
  }

  /** Waits until a job is in a state. */
  async reach(id: string, state: JobState, after = 0): Promise<JobEvent> {
    return await this.until(
      id,
      (event) => event.type === "state" && event.data.state === state,
      after,
    );
  }

  /** Waits until a job has ended. */
  async end(id: string): Promise<Job> {
    for await (const _ of this.service.events(id, 0, new AbortController().signal));
    return await this.jobs.get(id);
  }

  /** All of a job's events on record. */
  async recorded(id: string): Promise<JobEvent[]> {
    return await this.jobs.eventsAfter(id, 0, 100_000);
  }

  /** The states that a job has been in. */
  async states(id: string): Promise<JobState[]> {
    return (await this.recorded(id)).flatMap((event) =>
      event.type === "state" ? [event.data.state] : []
    );
  }

  /** What a job has noted. */
  async notes(id: string): Promise<string[]> {
    return (await this.recorded(id)).flatMap((event) =>
      event.type === "log" ? [event.data.message] : []
    );
  }

  /** What is stored under a prefix. */
  async stored(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.blobs.list(prefix)) keys.push(key);
    return keys.sort();
  }
}

/** Runs `work` with a bench in a folder of its own, and closes it. */
export async function withBench(
  options: JobBenchOptions,
  work: (bench: JobBench) => Promise<void>,
): Promise<void> {
  await withTempDir(async (folder) => {
    const bench = await JobBench.open(folder, options);
    try {
      await work(bench);
    } finally {
      await bench.close();
    }
  });
}
