import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError, NotFoundError } from "../../../src/errors.ts";
import type { Job, JobState } from "../../../src/schemas/job.ts";
import { CollectionService } from "../../../src/search/collection_service.ts";
import { CollectionStore } from "../../../src/stores/collection_store.ts";
import { SqliteVectors } from "../../../src/stores/sqlite_vectors.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

interface Fixture {
  service: CollectionService;
  collections: CollectionStore;
  vectors: SqliteVectors;
  /** The state that the collection's job is in. */
  setState(state: JobState): void;
  /** Keys of the blobs. */
  blobs(): Promise<string[]>;
}

const AT = { model: "model_0000000000000001", digest: "d", dimensions: 2 };

/** A collection `c` of space `old`, whose job fills `next` from it. */
async function withService(work: (fixture: Fixture) => Promise<void>): Promise<void> {
  await withBlobs((blobs) =>
    withMemoryDatabase(async (database) => {
      const vectors = SqliteVectors.open(":memory:");
      try {
        const collections = new CollectionStore(database);
        let state: JobState = "running";
        const spec = { type: "index", space: "next", from: "old" };
        const unused = () => Promise.reject(new Error("not expected"));
        const service = new CollectionService({
          collections,
          vectors: Object.assign(vectors, { duplicates: unused, clusters: unused }),
          blobs,
          jobs: {
            submit: unused,
            get: (id) =>
              id === "job"
                ? Promise.resolve({ id, type: "index", state, spec } as Job)
                : Promise.reject(new NotFoundError("none")),
          },
          datasets: {
            get: unused,
            frame: (_, index, frame) => Promise.resolve({ bytes: Uint8Array.of(index, frame) }),
          },
          models: { resolve: unused },
        });
        const createdAt = "2026-01-01T00:00:00.000Z";
        await collections.insert({ name: "c", dataset: "d", serving: null, job: null, createdAt });
        await collections.claim("c", null, "job");
        await collections.swap("c", "job", { space: "old", ...AT });
        for (const space of ["old", "next", "left"]) await vectors.create(space, 2);
        await work({
          service,
          collections,
          vectors,
          setState: (next) => state = next,
          blobs: () => Array.fromAsync(blobs.list("collections")),
        });
      } finally {
        await vectors.close();
      }
    })
  );
}

const item = (id: string) => ({
  id,
  label: null,
  metadata: {},
  image: new TextEncoder().encode(id),
  vector: Float32Array.of(1, 0),
});

Deno.test("a sweep leaves what answers and what an open job needs, and nothing else", () =>
  withService(async ({ service, collections, vectors, setState }) => {
    await service.sweep();
    assertEquals(await vectors.spaces(), ["next", "old"]);
    // As after a crash between the swap and the job's end.
    await collections.swap("c", "job", { space: "next", ...AT });
    await service.sweep();
    assertEquals(await vectors.spaces(), ["next", "old"]);
    setState("succeeded");
    await service.sweep();
    assertEquals(await vectors.spaces(), ["next"]);
  }));

Deno.test("items are changed only while no job embeds them, and only where they belong", () =>
  withService(async ({ service, setState, blobs }) => {
    await assertRejects(() => service.add("c", "old", [item("a")]), ConflictError, "job");
    await assertRejects(() => service.remove("c", "a"), ConflictError, "job");
    await assertRejects(() => service.delete("c"), ConflictError, "job");
    setState("cancelled");
    await assertRejects(() => service.add("c", "next", [item("a")]), ConflictError, "anew");
    assertEquals(await blobs(), []);
    assertEquals(await service.add("c", "old", [item("a"), item("b")]), 2);
    assertEquals(await service.add("c", "old", [item("a")]), 2);
    // The original of the item that was replaced is gone.
    assertEquals((await blobs()).length, 2);
    await service.remove("c", "a");
    assertEquals((await blobs()).length, 1);
    await service.delete("c");
    assertEquals(await blobs(), []);
    await assertRejects(() => service.get("c"), NotFoundError);
  }));

Deno.test("an item's original is the collection's own, or the data set's", () =>
  withService(async ({ service, vectors, setState }) => {
    setState("succeeded");
    await service.add("c", "old", [item("a")]);
    const fromDataset = { label: null, name: "7.png", metadata: {}, blob: null };
    await vectors.upsert("old", [{ ...fromDataset, id: "7", vector: Float32Array.of(0, 1) }]);
    assertEquals(await service.image("c", "a"), new TextEncoder().encode("a"));
    assertEquals(await service.image("c", "7"), Uint8Array.of(7, 0));
    // One that was put in the place of a data set's is its own.
    await service.add("c", "old", [item("7")]);
    assertEquals(await service.image("c", "7"), new TextEncoder().encode("7"));
    await assertRejects(() => service.image("c", "8"), NotFoundError);
    await assertRejects(() => service.image("none", "7"), NotFoundError);
  }));

Deno.test("a swap for a job that is not the collection's any more is refused", () =>
  withService(async ({ collections }) => {
    await collections.claim("c", "job", "job2");
    await assertRejects(() => collections.claim("c", "job", "job3"), ConflictError);
    await assertRejects(
      () => collections.swap("c", "job", { space: "next", ...AT }),
      ConflictError,
      "another job",
    );
    assertEquals((await collections.get("c")).serving?.space, "old");
  }));
