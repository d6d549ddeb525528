import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type AlikeError,
  ConflictError,
  InternalError,
  InvalidError,
  UnavailableError,
} from "../../../src/errors.ts";
import { canonicalJson, sha256 } from "../../../src/digest.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { weightsKey } from "../../../src/stores/model_keys.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { withImporter } from "../../support/importing.ts";
import { alikeFile, forged, travellingModel } from "../../support/travelling_model.ts";

await selectBackend("wasm");
const source = await travellingModel();
const file = await alikeFile(source);

Deno.test("a model arrives as it left, with weights to the bit, and says where it comes from", async () => {
  await withImporter(async ({ send, models, blobs, prover }) => {
    const { model, created } = await send(file);
    assert(created);
    assertEquals(await models.resolve(source.model.digest), model);
    const { id, name, createdAt, card } = source.model;
    assertEquals(model, {
      ...source.model,
      id: model.id,
      job: null,
      createdAt: model.createdAt,
      card: { ...card, imported: { model: id, name, createdAt } },
    });
    assert(model.id !== id);
    assertEquals(await blobs.get(weightsKey(model.id)), source.weights);
    const { golden } = readManifest(file);
    const images = golden.map(({ image }) => Uint8Array.fromBase64(image));
    const { signal } = new AbortController();
    const { embeddings } = await prover.embed(model, images, { signal });
    assertEquals([...embeddings], golden.flatMap(({ embedding }) => embedding));
    assertEquals(prover.forgotten, []);
  });
});

function readManifest(file: Uint8Array): { golden: { image: string; embedding: number[] }[] } {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  return JSON.parse(header.__metadata__.alike);
}

Deno.test("a model that is there already is not stored twice, whatever it is called", async () => {
  await withImporter(async ({ send, models, blobs }) => {
    const first = await send(file, { name: "mine" });
    assertEquals(first.model.name, "mine");
    const again = await send(file, { name: "other" });
    assertEquals(again, { model: first.model, created: false });
    // A file that only says it is that model is not taken for it.
    const wrong = file.slice();
    wrong[wrong.length - 1]! ^= 1;
    await assertRejects(() => send(wrong), InvalidError, "digest must be");
    assertEquals((await models.list()).length, 1);
    assertEquals((await Array.fromAsync(blobs.list("models"))).length, 2);
  });
});

Deno.test("what left here as imported says where it was made first", async () => {
  await withImporter(async ({ send }) => {
    const { model } = await send(file);
    const travelled = await alikeFile({ model, weights: source.weights });
    await withImporter(async (third) => {
      const arrived = await third.send(travelled);
      assertEquals(arrived.model.card.imported?.model, source.model.id);
    });
  });
});

Deno.test("every encoder and heads of all kinds of input travel", async () => {
  const encoders = [
    { name: "resnet8", width: 4 },
    { name: "resnet14", width: 4 },
    { name: "resnet20", width: 4 },
    { name: "resnet18", width: 4 },
  ];
  for (const [i, encoder] of encoders.entries()) {
    const model = await travellingModel(encoder, { size: 11 + i, channels: i % 2 === 0 ? 1 : 3 });
    const travels = await alikeFile(model);
    await withImporter(async ({ send }) => assert((await send(travels)).created));
  }
});

Deno.test("a stored file that does not have the digest of its model is not handed on", async () => {
  const digest = "0".repeat(64);
  const { model, weights } = source;
  const error = await assertRejects(() => alikeFile({ model: { ...model, digest }, weights }));
  assertEquals((error as AlikeError).code, "corrupt");
});

Deno.test("a model whose embeddings are no numbers neither leaves nor arrives", async () => {
  const { tensors, metadata } = decodeSafetensors(source.weights);
  tensors.get("encoder/norm3/beta")!.data.fill(NaN);
  const weights = encodeSafetensors({ tensors, metadata });
  const digest = await sha256(canonicalJson(source.model.spec), weights);
  const error = await assertRejects(() =>
    alikeFile({ model: { ...source.model, digest }, weights })
  );
  assertEquals((error as AlikeError).code, "conflict");
  const changed = await forged(file, ({ tensors }) => {
    tensors.get("encoder/norm3/beta")!.data.fill(NaN);
  });
  await withImporter(async ({ send, nothingLeft }) => {
    await assertRejects(() => send(changed), InvalidError, "golden[0].embedding must be what");
    await nothingLeft();
  });
});

/** Fails the n-th time it is asked. */
function failing<T extends unknown[], R>(
  work: (...args: T) => Promise<R>,
  n: number,
  error: Error,
): (...args: T) => Promise<R> {
  let calls = 0;
  return async (...args) => {
    if (++calls === n) throw error;
    return await work(...args);
  };
}

Deno.test("a full disk leaves no partial model", async () => {
  const full = new UnavailableError("Cannot store the blob: no space left");
  for (const n of [1, 2]) {
    await withImporter(async ({ send, nothingLeft }) => {
      assertEquals(await assertRejects(() => send(file)), full);
      await nothingLeft();
      // And when there is room again, it works.
      assert((await send(file)).created);
    }, ({ blobs }) => ({
      blobs: {
        put: failing((key, data) => blobs.put(key, data), n, full),
        deleteAll: (prefix) => blobs.deleteAll(prefix),
      },
    }));
  }
});

Deno.test("a row that is refused leaves no weights; one that may be there keeps them", async () => {
  const cases = [new InternalError("no"), new UnavailableError("who knows")];
  for (const error of cases) {
    await withImporter(async ({ send, nothingLeft, blobs }) => {
      assertEquals(await assertRejects(() => send(file)), error);
      if (error instanceof InternalError) await nothingLeft();
      else assertEquals((await Array.fromAsync(blobs.list("models"))).length, 2);
    }, ({ models }) => ({
      models: {
        insert: () => Promise.reject(error),
        withDigest: (digest) => models.withDigest(digest),
      },
    }));
  }
});

Deno.test("an upload that breaks off leaves nothing, and does not stand in the way of the next", async () => {
  await withImporter(async ({ send, nothingLeft }) => {
    const broken = new Error("the client has gone");
    const started = ReadableStream.from((async function* () {
      await Promise.resolve();
      yield file.subarray(0, file.length - 100);
      throw broken;
    })());
    assertEquals(await assertRejects(() => send(started)), broken);
    await nothingLeft();
    const gone = new AbortController();
    gone.abort(broken);
    assertEquals(await assertRejects(() => send(file, { signal: gone.signal })), broken);
    await nothingLeft();
    assert((await send(file)).created);
  });
});

Deno.test("two imports of one model at a time make one", async () => {
  await withImporter(async ({ send, models }) => {
    const outcomes = await Promise.allSettled([send(file), send(file)]);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    assertEquals(refused.length, 1);
    assert((refused[0] as PromiseRejectedResult).reason instanceof ConflictError);
    assertEquals((await models.list()).length, 1);
  });
});
