import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { toInput } from "../../../src/data/to_input.ts";
import { CorruptError } from "../../../src/errors.ts";
import { onnxFormat } from "../../../src/export/onnx_format.ts";
import { ModelCache } from "../../../src/inference/model_cache.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { randomModel } from "../../support/random_model.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const COUNT = 3;

function pixelsOf(size: number, channels: 1 | 3): Uint8Array {
  return new Uint8Array(
    Array.from({ length: COUNT }, (_, i) => [...syntheticPixels(i, size, channels)]).flat(),
  );
}

/** What serving answers. */
async function ours(
  { model, weights }: Awaited<ReturnType<typeof randomModel>>,
  pixels: Uint8Array,
): Promise<Float32Array> {
  const { size, channels } = model.spec.preprocessing;
  const cache = new ModelCache(() => Promise.resolve({ spec: model.spec, weights }), 1e9);
  const { encoder } = await cache.get("model");
  const h = tf.tidy(() => {
    const images = { pixels, count: COUNT, height: size, width: size, channels };
    return encoder.embed(toInput(images, model.spec.preprocessing));
  });
  const values = await h.data<"float32">();
  h.dispose();
  await cache.forget("model");
  return values;
}

const CASES = [
  { encoder: { name: "resnet8", width: 8 }, size: 32, channels: 3 },
  { encoder: { name: "resnet14", width: 4 }, size: 24, channels: 3 },
  { encoder: { name: "resnet20", width: 4 }, size: 16, channels: 1 },
  { encoder: { name: "resnet18", width: 4 }, size: 16, channels: 3 },
  { encoder: { name: "small_conv", width: 4 }, size: 28, channels: 1 },
  // Odd sizes: "same" padding is lopsided or not, layer by layer.
  { encoder: { name: "resnet8", width: 4 }, size: 27, channels: 3 },
  { encoder: { name: "small_conv", width: 4 }, size: 15, channels: 3 },
  // Another block than the last.
  { encoder: { name: "resnet14", width: 4 }, size: 16, channels: 3, block: 1 },
  { encoder: { name: "small_conv", width: 4 }, size: 15, channels: 3, block: 0 },
] as const;

for (const { encoder, size, channels, ...served } of CASES) {
  const title = `${encoder.name} of ${size}×${size}×${channels}${
    "block" in served ? `, block ${served.block}` : ""
  }`;
  Deno.test(`onnxruntime answers as we do: ${title}`, async () => {
    await selectBackend("wasm");
    const source = await randomModel(encoder, { size, channels, ...served });
    const file = await onnxFormat.encode(source);
    const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
    const pixels = pixelsOf(size, channels);
    const images = new ort.Tensor("uint8", pixels, [COUNT, size, size, channels]);
    const { h } = await session.run({ images });
    await session.release();
    assertEquals([...h!.dims], [COUNT, source.model.spec.dimensions]);
    const wanted = await ours(source, pixels);
    const theirs = h!.data as Float32Array;
    const error = wanted.reduce((most, x, i) => Math.max(most, Math.abs(x - theirs[i]!)), 0);
    assert(error < 1e-4, `differs by ${error}`);
    assert(Math.max(...wanted) > 0.01, "the embeddings are next to nothing");
  });
}

Deno.test("weights that do not make up the encoder are not exported", async () => {
  await selectBackend("wasm");
  const { model, weights } = await randomModel({ name: "small_conv", width: 4 }, {
    size: 16,
    channels: 3,
  });
  const encode = async (change: (tensors: Tensors) => void) => {
    const { tensors, metadata } = decodeSafetensors(weights);
    change(tensors);
    return await onnxFormat.encode({ model, weights: encodeSafetensors({ tensors, metadata }) });
  };
  type Tensors = ReturnType<typeof decodeSafetensors>["tensors"];
  await assertRejects(
    () => encode((tensors) => tensors.delete("encoder/norm2/mean")),
    CorruptError,
    "encoder/norm2/mean is missing",
  );
  await assertRejects(
    () => encode((tensors) => tensors.get("encoder/norm2/mean")!.data = new Float32Array(3)),
    CorruptError,
  );
});
