/** A data set service over a temporary folder, for tests. @module */
import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { DatasetService, type DatasetServiceOptions } from "../../src/datasets/dataset_service.ts";
import { silentLogger } from "../../src/log.ts";
import type { Dataset, DatasetKind } from "../../src/schemas/dataset.ts";
import type { BlobStore } from "../../src/stores/blobs.ts";
import { DatasetStore } from "../../src/stores/dataset_store.ts";
import { withMemoryDatabase } from "./memory_database.ts";
import { withBlobs } from "./temp_blobs.ts";

/** The service and what it stands on. */
export interface DatasetFixture {
  service: DatasetService;
  store: DatasetStore;
  blobs: BlobStore;
  /** Imports bytes under a name, `d` unless another is given. */
  importBytes(
    bytes: Uint8Array,
    more?: { name?: string; contentType?: string; kind?: DatasetKind },
  ): Promise<Dataset>;
  /** Asserts that there is no row, no file among the blobs and no temporary file. */
  assertNothingLeft(): Promise<void>;
}

/** Chunks of an odd size, so that nothing begins where a chunk does. */
export function streamOf(bytes: Uint8Array, chunk = 997): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += chunk));
    },
  });
}

/** Gzip. */
export function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(bytes));
}

/** Runs `work` with a fresh service and removes all of it afterwards. */
export function withDatasets<T>(
  work: (fixture: DatasetFixture) => Promise<T>,
  options: Partial<DatasetServiceOptions> = {},
): Promise<T> {
  return withBlobs((blobs, folder) =>
    withMemoryDatabase(async (database) => {
      const temporaryFolder = `${folder}/temporary`;
      await Deno.mkdir(temporaryFolder);
      const store = new DatasetStore(database);
      const service = new DatasetService({
        store,
        blobs,
        inUse: () => Promise.resolve(false),
        log: silentLogger,
        temporaryFolder,
        ...options,
        limits: { maxBytes: 2 ** 24, maxItems: 1000, maxPixels: 1_000_000, ...options.limits },
      });
      return await work({
        service,
        store,
        blobs,
        importBytes: (bytes, { name = "d", contentType, kind = "image" } = {}) =>
          service.import({ name, kind, contentType, body: streamOf(bytes) }),
        async assertNothingLeft() {
          assertEquals(await store.list(), []);
          assertEquals(await filesIn(folder), []);
        },
      });
    })
  );
}

/** Paths of all files below a folder, hidden ones of the store too. */
async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) files.push(...await filesIn(`${folder}/${name}`));
    else files.push(`${folder}/${name}`);
  }
  return files;
}

/** Name, label and media type of every item of a data set, up to a thousand. */
export async function describeItems(
  fixture: DatasetFixture,
  id: string,
): Promise<[string, string | null, string][]> {
  const { items } = await fixture.service.items(id, { offset: 0, limit: 1000 });
  return items.map(({ name, label, mediaType }) => [name, label, mediaType]);
}
