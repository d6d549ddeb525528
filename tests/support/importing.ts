/** An importer over real stores, for tests of what it takes and what it leaves. @module */
import { assertEquals } from "@std/assert";
import { check } from "../../routes/validation.ts";
import { ModelImporter } from "../../src/import/model_importer.ts";
import { AlikeManifest } from "../../src/schemas/alike_file.ts";
import type { BlobStore } from "../../src/stores/blobs.ts";
import { ModelStore } from "../../src/stores/model_store.ts";
import { loadModel } from "../../workers/model_blobs.ts";
import { withMemoryDatabase } from "./memory_database.ts";
import { withBlobs } from "./temp_blobs.ts";
import { localProver } from "./travelling_model.ts";

/** What a test gets. */
export interface Importing {
  models: ModelStore;
  blobs: BlobStore;
  prover: ReturnType<typeof localProver>;
  send(
    file: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
    options?: { name?: string; signal?: AbortSignal },
  ): ReturnType<ModelImporter["import"]>;
  /** Demands that there is nothing: no row, no blob, nothing in an embedder's memory. */
  nothingLeft(): Promise<void>;
}

/** A file as it comes over a wire, in pieces of odd lengths. */
function inPieces(file: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return ReadableStream.from((function* () {
    for (let at = 0; at < file.length; at += 4099) yield file.subarray(at, at + 4099);
  })());
}

/** @param wrap What the importer gets in place of the stores. */
export async function withImporter(
  work: (importing: Importing) => Promise<void>,
  wrap: (stores: Pick<Importing, "models" | "blobs">) => Partial<
    ConstructorParameters<typeof ModelImporter>[0]
  > = () => ({}),
): Promise<void> {
  await withMemoryDatabase((database) =>
    withBlobs(async (blobs) => {
      const models = new ModelStore(database, blobs);
      const loaded: string[] = [];
      const prover = localProver((id) => {
        loaded.push(id);
        return loadModel(blobs, id);
      });
      const importer = new ModelImporter({
        models,
        blobs,
        prover,
        check: (value) => check(AlikeManifest, value, "__metadata__.alike"),
        ...wrap({ models, blobs }),
      });
      await work({
        models,
        blobs,
        prover,
        send: (file, { name, signal = new AbortController().signal } = {}) =>
          importer.import({
            body: file instanceof Uint8Array ? inPieces(file) : file,
            name,
            signal,
          }),
        nothingLeft: async () => {
          assertEquals(await models.list(), []);
          assertEquals(await Array.fromAsync(blobs.list("models")), []);
          assertEquals(loaded.filter((id) => !prover.forgotten.includes(id)), []);
        },
      });
      for (const id of loaded) prover.forget(id);
    })
  );
}
