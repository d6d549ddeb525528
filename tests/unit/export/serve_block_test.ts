import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { canonicalJson, sha256 } from "../../../src/digest.ts";
import { CorruptError, InvalidError } from "../../../src/errors.ts";
import { serveBlock } from "../../../src/export/serve_block.ts";
import { ModelSpec } from "../../../src/schemas/model.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { fakeCard } from "../../support/models.ts";
import { randomModel } from "../../support/random_model.ts";

/** A stored model, as training leaves it. */
async function stored(encoder: unknown = { name: "resnet8", width: 4 }) {
  await selectBackend("wasm");
  const { model, weights } = await randomModel(encoder, { size: 16, channels: 3 });
  const { spec } = model;
  const { tensors } = decodeSafetensors(weights);
  const metadata = { format: "alike-model-1", spec: canonicalJson(spec) };
  const file = encodeSafetensors({ tensors, metadata });
  const card = { ...fakeCard(), notes: ["Trained in a hurry."] };
  return {
    model: { name: "cats", spec, card },
    weights: file,
    digest: await sha256(canonicalJson(spec), file),
  };
}

Deno.test("a model that serves another block has the same weights and a digest of its own", async () => {
  const source = await stored();
  const made = await serveBlock(source, 1);
  assertEquals(made.name, "cats-block1");
  assertEquals(made.spec, { ...source.model.spec, block: 1, dimensions: 8 });
  const { tensors, metadata } = decodeSafetensors(made.weights);
  assertEquals(tensors, decodeSafetensors(source.weights).tensors);
  // The file says what it is, and the digest is over both, as of any model.
  assertEquals(ModelSpec.parse(JSON.parse(metadata.spec!)), made.spec);
  assertEquals(made.digest, await sha256(metadata.spec!, made.weights));
  assertNotEquals(made.digest, source.digest);
  assert(made.card.notes[0]?.startsWith("Serves block 1 (of 0 to 2): "));
  assertEquals(made.card.notes.slice(1), ["Trained in a hurry."]);
});

Deno.test("back at the last block, it is the model it was", async () => {
  const source = await stored();
  const { name, spec, card, weights } = await serveBlock(source, 0);
  assertEquals(spec.dimensions, 4);
  const other = await serveBlock({ model: { name, spec, card }, weights }, 1);
  assertEquals(other.card.notes.length, 2);
  const back = await serveBlock({ model: other, weights: other.weights }, 2);
  assertEquals(back.spec, source.model.spec);
  assertEquals(back.digest, source.digest);
  assertEquals(back.card, source.model.card);
});

Deno.test("a block that is none, or served already, is refused with those there are", async () => {
  const source = await stored();
  const refused = async (block: number, rule: string) => {
    const error = await assertRejects(() => serveBlock(source, block), InvalidError);
    assertEquals(error.errors, [{ path: "block", rule, value: block }]);
  };
  await refused(3, "must be 0 to 2: so many blocks resnet8 has");
  await refused(2, "must be another one of 0 to 2 than cats serves already");
  const made = await serveBlock(source, 1);
  const error = await assertRejects(
    () => serveBlock({ model: made, weights: made.weights }, 1),
    InvalidError,
  );
  assertEquals(error.errors[0]?.value, 1);
});

Deno.test("a name stays within its length, and damaged weights make no model", async () => {
  const { model, weights } = await stored({ name: "small_conv", width: 4 });
  const long = { ...model, name: "x".repeat(100) };
  assertEquals((await serveBlock({ model: long, weights }, 3 - 1)).name.length, 100);
  await assertRejects(() => serveBlock({ model, weights: weights.slice(0, 50) }, 1), CorruptError);
});
