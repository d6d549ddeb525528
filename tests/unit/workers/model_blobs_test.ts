import { assertEquals, assertRejects } from "@std/assert";
import { CorruptError, NotFoundError } from "../../../src/errors.ts";
import { loadModel, storeModel } from "../../../workers/model_blobs.ts";
import { fakeCard, fakeModelSpec } from "../../support/models.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

const ID = "model_0000000000000001";
const result = () => ({
  spec: fakeModelSpec(),
  card: fakeCard(),
  digest: "d".repeat(64),
  weights: Uint8Array.of(1, 2, 3),
});

Deno.test("a stored model can be loaded, and is described", () =>
  withBlobs(async (blobs) => {
    const stored = await storeModel(blobs, ID, result());
    const { spec, card, digest } = result();
    assertEquals(stored, { id: ID, spec, card, digest, bytes: 3 });
    assertEquals(await loadModel(blobs, ID), { spec, weights: Uint8Array.of(1, 2, 3) });
    const text = new TextDecoder().decode(await blobs.get(`models/${ID}/model.json`));
    assertEquals(JSON.parse(text), { spec, card, digest });
  }));

Deno.test("a model that is not stored is not found", () =>
  withBlobs(async (blobs) => {
    await assertRejects(() => loadModel(blobs, ID), NotFoundError);
  }));

Deno.test("a damaged description is corrupt", () =>
  withBlobs(async (blobs) => {
    await storeModel(blobs, ID, result());
    for (const text of ["", "{", "{}", JSON.stringify({ ...result(), spec: null })]) {
      await blobs.put(`models/${ID}/model.json`, new TextEncoder().encode(text));
      await assertRejects(() => loadModel(blobs, ID), CorruptError, ID);
    }
  }));
