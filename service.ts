/**
 * Alike's service: what hangs on its parts. Each part is made here and handed to those that need it;
 * nothing else knows how they hang together.
 *
 * @module
 */
import { join, resolve } from "node:path";
import manifest from "./deno.json" with { type: "json" };
import { createApp } from "./routes/app.ts";
import type { ModelService } from "./routes/services.ts";
import { check } from "./routes/validation.ts";
import type { Config } from "./src/config.ts";
import { DatasetService } from "./src/datasets/dataset_service.ts";
import { ConflictError } from "./src/errors.ts";
import { addBlockModel } from "./src/export/add_block_model.ts";
import { exportModel } from "./src/export/export_model.ts";
import { ModelImporter } from "./src/import/model_importer.ts";
import { JobService } from "./src/jobs/job_service.ts";
import { SessionService } from "./src/jobs/session_service.ts";
import type { Logger } from "./src/log.ts";
import { AlikeManifest } from "./src/schemas/alike_file.ts";
import { CollectionService } from "./src/search/collection_service.ts";
import { RemoteVectors } from "./src/search/remote_vectors.ts";
import type { EmbedderPool } from "./src/serving/embedder_pool.ts";
import type { BlobStore } from "./src/stores/blobs.ts";
import { CollectionStore } from "./src/stores/collection_store.ts";
import { DatasetStore } from "./src/stores/dataset_store.ts";
import { JobStore } from "./src/stores/job_store.ts";
import { ModelStore } from "./src/stores/model_store.ts";
import { openDatabase } from "./src/stores/open.ts";
import { sweep } from "./src/stores/sweep.ts";
import type { Tracing } from "./src/tracing.ts";

/** A service that runs. */
export interface Service {
  /** Where it listens, as `http://127.0.0.1:8787`. */
  url: string;
  /** Checkpoints the jobs, answers what it has begun to, ends its workers. */
  stop(): Promise<void>;
}

/** What was there before the service, and outlives it. */
export interface Foundation {
  blobs: BlobStore;
  embedder: EmbedderPool;
  /** The data directory. */
  folder: URL;
  /** Makes spans, if there are to be any. */
  tracing: Tracing | undefined;
}

/**
 * Puts a service together and lets it listen.
 *
 * @throws {ConflictError} If another process has the port.
 */
export async function composeService(
  config: Config,
  log: Logger,
  { blobs, embedder, folder, tracing }: Foundation,
): Promise<Service> {
  const version = manifest.version;
  const database = await openDatabase(new URL("alike.db", folder).href);
  const datasetStore = new DatasetStore(database);
  const modelStore = new ModelStore(database, blobs);
  const jobStore = new JobStore(database);
  const collectionStore = new CollectionStore(database);
  const swept = await sweep(blobs, {
    datasets: await datasetStore.ids(),
    models: await modelStore.ids(),
    collections: new Set((await collectionStore.list()).map(({ name }) => name)),
  });
  if (swept.length > 0) log.warn("deleted what an unfinished run had left", { prefixes: swept });

  // What a process that died left is of no use to this one; the lock says there is no other.
  const temporaryFolder = join(config.dataDirectory, "tmp");
  await Deno.remove(temporaryFolder, { recursive: true }).catch(() => {});
  await Deno.mkdir(temporaryFolder);

  const worker = (name: string) => new URL(`./workers/${name}.ts`, import.meta.url);
  const vectors = new RemoteVectors({
    workerUrl: worker("vectors"),
    path: join(resolve(config.dataDirectory), "vectors.db"),
    log,
  });
  const datasets = new DatasetService({
    store: datasetStore,
    blobs,
    limits: {
      maxBytes: config.maxUploadBytes,
      maxItems: config.maxItems,
      maxPixels: config.maxPixels,
    },
    inUse: async (id) =>
      await jobStore.usesDataset(id) || (await collectionStore.ofDataset(id)).length > 0,
    temporaryFolder,
    log,
  });
  const jobs = new JobService({
    config,
    workerUrl: worker("trainer"),
    datasets,
    jobs: jobStore,
    models: modelStore,
    blobs,
    temporaryFolder,
    indexing: { collections: collectionStore, vectors, embedder },
    serveBlock: (request) => addBlockModel(request, modelStore),
    backend: () => embedder.status().backend?.name,
    log,
    tracing,
  });
  const collections = new CollectionService({
    collections: collectionStore,
    vectors,
    blobs,
    jobs,
    datasets,
    models: modelStore,
  });
  const sessions = new SessionService({
    config,
    workerUrl: worker("session"),
    models: modelStore,
    blobs,
    log,
  });
  const importer = new ModelImporter({
    models: modelStore,
    blobs,
    prover: embedder,
    check: (manifest) => check(AlikeManifest, manifest, "__metadata__.alike"),
  });
  const stopping = new AbortController();
  const app = createApp({
    config,
    log,
    version,
    datasets,
    jobs,
    sessions,
    models: modelService(modelStore, importer, embedder, collectionStore),
    collections,
    embedder,
    tracing,
    stopping: stopping.signal,
  });

  const endAll = async () => {
    sessions.stop();
    await vectors.close();
    await database.close();
  };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = listen(config, app.fetch);
  } catch (error) {
    await endAll();
    throw error;
  }
  const { hostname, port } = server.addr;
  const url = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  log.info("listening", { url, version, data: folder.pathname });
  // A worker's start is worth it only where there may be vectors.
  if (await exists(join(resolve(config.dataDirectory), "vectors.db"))) await collections.sweep();
  jobs.start();

  return {
    url,
    async stop() {
      stopping.abort();
      // Jobs get most of the time: what they cannot save is done again.
      const grace = config.shutdownMs * 0.75;
      await Promise.all([within(grace, server.shutdown()), jobs.stop(grace)]);
      await endAll();
    },
  };
}

/** @throws {ConflictError} If the port is taken. */
function listen(
  { host, port }: Config,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  // An IPv6 address may come as it stands in a URL.
  const hostname = host.replace(/^\[(.*)\]$/, "$1");
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    const message = `Cannot listen: another process has the port, ${port} of ${host}`;
    throw new ConflictError(`${message}; ALIKE_PORT chooses another`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * A model that was deleted leaves the embedders' memory too; one that answers for a collection is
 * not deleted.
 */
function modelService(
  models: ModelStore,
  importer: ModelImporter,
  embedder: EmbedderPool,
  collections: CollectionStore,
): ModelService {
  return {
    list: () => models.list(),
    resolve: (reference) => models.resolve(reference),
    evaluations: (id) => models.evaluations(id),
    import: (upload) => importer.import(upload),
    export: async (reference, format, options) => {
      const model = await models.resolve(reference);
      const embed = async (images: Uint8Array[]) =>
        (await embedder.embed(model, images, options)).embeddings;
      return await exportModel({ model, weights: await models.weights(model.id), embed }, format);
    },
    serveBlock: (request) => addBlockModel(request, models),
    delete: async (id) => {
      const names = await collections.ofModel(id);
      if (names.length > 0) {
        throw new ConflictError(
          `Cannot delete the model: it answers for collections (${names.join(", ")}), ${id}`,
        );
      }
      await models.delete(id);
      embedder.forget(id);
    },
    aliases: () => models.aliases(),
    setAlias: (name, model, judged) => models.setAlias(name, model, judged),
    rollbackAlias: (name) => models.rollbackAlias(name),
    aliasHistory: (name, limit) => models.aliasHistory(name, limit),
  };
}

/** Waits for `work`, but not longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
