import { assertEquals, assertRejects } from "@std/assert";
import { InternalError, UnavailableError } from "../../../src/errors.ts";
import { addModel } from "../../../src/stores/model_blobs.ts";
import { ModelStore } from "../../../src/stores/model_store.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";
import { fakeModel } from "../../support/models.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

const WEIGHTS = Uint8Array.of(1, 2, 3);

Deno.test("a model that no job made is added with its weights, and goes with them", () =>
  withMemoryDatabase((database) =>
    withBlobs(async (blobs) => {
      const models = new ModelStore(database, blobs);
      const { bytes: _, ...model } = fakeModel(1);
      const added = await models.add(model, WEIGHTS);
      assertEquals(added, { ...model, bytes: 3 });
      assertEquals(await models.resolve(model.id), added);
      assertEquals(await models.weights(model.id), WEIGHTS);
      await models.delete(model.id);
      assertEquals(await blobs.size(`models/${model.id}/model.json`), undefined);
    })
  ));

Deno.test("a model whose row cannot be inserted leaves no blobs, unless it may have been", () =>
  withBlobs(async (blobs) => {
    const { bytes: _, ...model } = fakeModel(1);
    const left = async (error: Error) => {
      const models = { insert: () => Promise.reject(error) };
      await assertRejects(() => addModel({ blobs, models }, model, WEIGHTS), Error, "no row");
      return await blobs.size(`models/${model.id}/weights.safetensors`);
    };
    assertEquals(await left(new InternalError("no row")), undefined);
    assertEquals(await left(new UnavailableError("no row")), 3);
  }));
