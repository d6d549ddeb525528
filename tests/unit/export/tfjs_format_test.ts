import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { unzipSync } from "fflate";
import { CorruptError } from "../../../src/errors.ts";
import { tfjsFormat } from "../../../src/export/tfjs_format.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import {
  COUNT,
  EXPORT_CASES,
  exportPixels,
  largestError,
  servedEmbeddings,
} from "../../support/export_cases.ts";
import { randomModel } from "../../support/random_model.ts";

/** As `tf.loadLayersModel` would from a folder. */
async function load(zip: Uint8Array): Promise<tf.LayersModel> {
  const files = unzipSync(zip);
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(
    new TextDecoder().decode(files["model.json"]),
  );
  const [{ paths, weights }] = weightsManifest;
  assertEquals(Object.keys(files).sort(), ["model.json", ...paths].sort());
  const shards = concatBytes(paths.map((path: string) => files[path]!));
  return await tf.loadLayersModel(tf.io.fromMemory({
    modelTopology,
    weightSpecs: weights,
    weightData: shards.buffer as ArrayBuffer,
    userDefinedMetadata,
  }));
}

for (const { encoder, size, channels, ...served } of EXPORT_CASES) {
  const title = `${encoder.name} of ${size}×${size}×${channels}${
    "block" in served ? `, block ${served.block}` : ""
  }`;
  Deno.test(`a LayersModel answers as we do: ${title}`, async () => {
    await selectBackend("wasm");
    const source = await randomModel(encoder, { size, channels, ...served });
    const model = await load(await tfjsFormat.encode(source));
    const pixels = exportPixels(size, channels);
    const wanted = await servedEmbeddings(source, pixels);
    for (const dtype of ["int32", "float32"] as const) {
      const images = tf.tensor4d(pixels, [COUNT, size, size, channels], dtype);
      const h = model.predict(images) as tf.Tensor;
      assertEquals(h.shape, [COUNT, source.model.spec.dimensions]);
      const error = largestError(wanted, await h.data());
      tf.dispose([images, h]);
      assert(error < 1e-4, `differs by ${error}`);
    }
    assert(Math.max(...wanted) > 0.01, "the embeddings are next to nothing");
    const { name, digest, spec } = model.getUserDefinedMetadata() as Record<string, unknown>;
    assertEquals({ name, digest, spec }, source.model as unknown as Record<string, unknown>);
    model.dispose();
  });
}

Deno.test("weights of more than 4 MiB come in shards, and equal models make equal files", async () => {
  await selectBackend("wasm");
  const source = await randomModel({ name: "resnet18", width: 24 }, { size: 16, channels: 3 });
  const zip = await tfjsFormat.encode(source);
  assert(Object.keys(unzipSync(zip)).includes("group1-shard2of2.bin"));
  (await load(zip)).dispose();
  assertEquals(await tfjsFormat.encode(source), zip);
});

Deno.test("weights that do not make up the encoder make no LayersModel", async () => {
  await selectBackend("wasm");
  const source = await randomModel({ name: "resnet8", width: 4 }, { size: 16, channels: 3 });
  const { tensors, metadata } = decodeSafetensors(source.weights);
  tensors.delete("encoder/stage1/block0/shortcut_norm/mean");
  const weights = encodeSafetensors({ tensors, metadata });
  await assertRejects(
    () => tfjsFormat.encode({ ...source, weights }),
    CorruptError,
    "shortcut_norm/mean is missing",
  );
});
