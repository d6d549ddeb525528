import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { ConflictError, CorruptError, NotFoundError } from "../../../src/errors.ts";
import type { Dataset } from "../../../src/schemas/dataset.ts";
import { newId } from "../../../src/schemas/name.ts";
import { DatasetStore } from "../../../src/stores/dataset_store.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";

function makeDataset(name: string): Dataset {
  return {
    id: newId("ds"),
    name,
    kind: "image",
    count: 3,
    bytes: 30,
    classes: { cat: 1, "dög": 1 },
    unlabelled: 1,
    digest: "00",
    skipped: [{ name: "a\nb", reason: "no image" }],
    skippedCount: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

Deno.test("a data set is found by id and by name, and listed newest first", () =>
  withMemoryDatabase(async (database) => {
    const store = new DatasetStore(database);
    const [a, b] = [makeDataset("a"), makeDataset("b")];
    await store.insert(a);
    await store.insert(b);
    assertEquals(await store.get(a.id), a);
    assertEquals(await store.get("b"), b);
    assertEquals(await store.list(), [b, a]);
    assertEquals(await store.ids(), new Set([a.id, b.id]));
    await assertRejects(() => store.get("c"), NotFoundError, "c");
  }));

Deno.test("a name is taken until its data set is deleted", () =>
  withMemoryDatabase(async (database) => {
    const store = new DatasetStore(database);
    const first = makeDataset("a");
    await store.checkNameIsFree("a");
    await store.insert(first);
    await assertRejects(() => store.checkNameIsFree("a"), ConflictError, "the name is taken, a");
    await assertRejects(() => store.insert(makeDataset("a")), ConflictError, "the name is taken");
    assert(await store.delete(first.id));
    assertFalse(await store.delete(first.id));
    await store.insert(makeDataset("a"));
  }));

Deno.test("of two inserts of one name at the same time one wins", () =>
  withMemoryDatabase(async (database) => {
    const store = new DatasetStore(database);
    const results = await Promise.allSettled(
      [makeDataset("a"), makeDataset("a")].map((dataset) => store.insert(dataset)),
    );
    assertEquals(results.map((result) => result.status), ["fulfilled", "rejected"]);
  }));

Deno.test("a row that was damaged is corrupt, and says which", () =>
  withMemoryDatabase(async (database) => {
    const store = new DatasetStore(database);
    const dataset = makeDataset("a");
    await store.insert(dataset);
    await database.run("UPDATE datasets SET body = '{}'");
    await assertRejects(() => store.get("a"), CorruptError, dataset.id);
    await database.run("UPDATE datasets SET body = '{'");
    await assertRejects(() => store.get("a"), CorruptError);
  }));
