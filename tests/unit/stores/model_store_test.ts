import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError, InvalidError, NotFoundError } from "../../../src/errors.ts";
import { EncoderSpec } from "../../../src/schemas/encoder.ts";
import type { Model } from "../../../src/schemas/model.ts";
import { newId } from "../../../src/schemas/name.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { ModelStore } from "../../../src/stores/model_store.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";
import { fakeCard, fakeReport } from "../../support/models.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

function makeModel(name: string, digest: string): Model {
  return {
    id: newId("model"),
    name,
    digest,
    spec: {
      encoder: EncoderSpec.parse({ name: "small_conv" }),
      preprocessing: { size: 28, channels: 1, mean: 0.5, standardDeviation: 0.25 },
      dimensions: 128,
      objectives: [{ name: "rotation", rotations: 4 }],
    },
    card: fakeCard(),
    bytes: 10,
    job: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

function withStore(work: (store: ModelStore, blobs: BlobStore) => Promise<void>): Promise<void> {
  return withBlobs((blobs) =>
    withMemoryDatabase((database) => work(new ModelStore(database, blobs), blobs))
  );
}

Deno.test("a model is found by id, alias, digest, and the newest of a name or digest", () =>
  withStore(async (store) => {
    const models = [makeModel("a", "d1"), makeModel("a", "d2"), makeModel("b", "d1")];
    for (const model of models) await store.insert(model);
    const [a1, a2, b] = models as [Model, Model, Model];
    await store.setAlias("default", a1.id);
    assertEquals(await store.resolve(a1.id), a1);
    assertEquals(await store.resolve("default"), a1);
    assertEquals(await store.resolve("a"), a2);
    assertEquals(await store.resolve("d1"), b);
    assertEquals(await store.list(), [b, a2, a1]);
    assertEquals(await store.ids(), new Set(models.map((model) => model.id)));
    await assertRejects(() => store.resolve("c"), NotFoundError, "c");
    await assertRejects(() => store.insert(a1), ConflictError);
  }));

Deno.test("an alias comes before a digest and a name that are spelt like it", () =>
  withStore(async (store) => {
    const models = [makeModel("x", "d1"), makeModel("a", "x"), makeModel("a", "d3")];
    for (const model of models) await store.insert(model);
    assertEquals((await store.resolve("x")).id, models[1]!.id, "digest before name");
    await store.setAlias("x", models[2]!.id);
    assertEquals((await store.resolve("x")).id, models[2]!.id, "alias before digest");
  }));

Deno.test("an alias moves, to whatever names a model", () =>
  withStore(async (store) => {
    const [one, two] = [makeModel("one", "d1"), makeModel("two", "d2")];
    await store.insert(one);
    await store.insert(two);
    await store.setAlias("default", "one");
    await store.setAlias("best", "default");
    const moved = await store.setAlias("default", "d2");
    assertEquals(moved.model, two.id);
    assertEquals((await store.aliases()).map(({ name, model }) => [name, model]), [
      ["best", one.id],
      ["default", two.id],
    ]);
    await assertRejects(() => store.setAlias("default", "none"), NotFoundError);
    assertEquals((await store.resolve("default")).id, two.id);
  }));

Deno.test("an alias needs a name that can be found again", () =>
  withStore(async (store) => {
    const model = makeModel("one", "d1");
    await store.insert(model);
    for (const name of ["", "a/b", "-x", "x".repeat(101), model.id]) {
      const error = await assertRejects(() => store.setAlias(name, model.id), InvalidError);
      assertEquals(error.errors.map(({ path, value }) => ({ path, value })), [
        { path: "name", value: name },
      ]);
    }
  }));

Deno.test("a model that an alias points to stays, another goes with its weights", () =>
  withStore(async (store, blobs) => {
    const [one, two] = [makeModel("one", "d1"), makeModel("two", "d2")];
    for (const model of [one, two]) {
      await blobs.put(`models/${model.id}/weights.safetensors`, new Uint8Array(10));
      await store.insert(model);
    }
    await store.setAlias("default", one.id);
    await assertRejects(() => store.delete(one.id), ConflictError, "default");
    assertEquals(await blobs.size(`models/${one.id}/weights.safetensors`), 10);
    await store.setAlias("default", two.id);
    await store.delete(one.id);
    await assertRejects(() => store.resolve(one.id), NotFoundError);
    await assertRejects(() => store.delete(one.id), NotFoundError);
    assertEquals(await Array.fromAsync(blobs.list("models")), [
      `models/${two.id}/weights.safetensors`,
    ]);
  }));

Deno.test("evaluations are kept beside a model, newest first, and go with it", () =>
  withStore(async (store) => {
    const [one, two] = [makeModel("one", "d1"), makeModel("two", "d2")];
    for (const model of [one, two]) await store.insert(model);
    const report = (job: number, seed: number) => ({
      ...fakeReport(),
      seed,
      job: `job_${String(job).padStart(16, "0")}`,
      createdAt: "2026-01-01T00:00:00.000Z",
    });
    await store.addEvaluation(one.id, report(1, 1));
    await store.addEvaluation(one.id, report(2, 2));
    await store.addEvaluation(two.id, report(3, 3));
    // A job that reports again replaces what it said.
    await store.addEvaluation(one.id, report(1, 4));
    assertEquals(await store.evaluations(one.id), [report(2, 2), report(1, 4)]);
    assertEquals(await store.resolve(one.id), one);
    await store.delete(one.id);
    assertEquals(await store.evaluations(one.id), []);
    assertEquals((await store.evaluations(two.id)).length, 1);
    await assertRejects(() => store.addEvaluation(one.id, report(5, 5)), NotFoundError);
  }));

Deno.test("what a reference means is looked up anew after each change", () =>
  withStore(async (store) => {
    const [one, two] = [makeModel("a", "d1"), makeModel("a", "d2")];
    await store.insert(one);
    await store.setAlias("best", one.id);
    const ask = async (reference: string) => (await store.resolve(reference)).id;
    for (let i = 0; i < 2; i++) {
      assertEquals([await ask("best"), await ask("a")], [one.id, one.id]);
    }
    // The question is asked before the change and answered after it has begun.
    const [during] = await Promise.all([ask("a"), store.insert(two)]);
    assertEquals(during, one.id);
    assertEquals([await ask("best"), await ask("a")], [one.id, two.id]);
    await store.setAlias("best", two.id);
    assertEquals(await ask("best"), two.id);
    await store.delete(one.id);
    await assertRejects(() => store.resolve(one.id), NotFoundError);
  }));

Deno.test("an alias's changes are on record, it is rolled back, and only from where it is", () =>
  withStore(async (store) => {
    const [a, b] = [makeModel("a", "d1"), makeModel("b", "d2")];
    for (const model of [a, b]) await store.insert(model);
    await assertRejects(() => store.rollbackAlias("live"), NotFoundError, "live");
    await assertRejects(() => store.aliasHistory("live", 10), NotFoundError, "live");
    await store.setAlias("live", a.id);
    await store.setAlias("live", a.id);
    await assertRejects(() => store.rollbackAlias("live"), ConflictError, "no earlier model");
    const canary = { dataset: "ds", sample: 10, k: 2, overlap: 0.5, drift: 0.25, minOverlap: 0.5 };
    await assertRejects(
      () => store.setAlias("live", b.id, { current: b.id, canary }),
      ConflictError,
      "another model",
    );
    await store.setAlias("live", b.id, { current: a.id, canary });
    assertEquals((await store.rollbackAlias("live")).model, a.id);
    assertEquals((await store.resolve("live")).id, a.id);
    const changes = await store.aliasHistory("live", 10);
    assertEquals(changes.map(({ changedAt: _, ...change }) => change), [
      { model: a.id, previous: b.id, kind: "rollback", canary: null },
      { model: b.id, previous: a.id, kind: "set", canary },
      { model: a.id, previous: null, kind: "set", canary: null },
    ]);
    assertEquals(await store.aliasHistory("live", 1), changes.slice(0, 1));
    await store.delete(b.id);
    await assertRejects(() => store.rollbackAlias("live"), ConflictError, "deleted");
  }));
