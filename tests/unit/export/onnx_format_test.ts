import { assert, assertEquals, assertRejects } from "@std/assert";
import * as ort from "onnxruntime-node";
import { CorruptError } from "../../../src/errors.ts";
import { onnxFormat } from "../../../src/export/onnx_format.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import {
  COUNT,
  EXPORT_CASES,
  exportPixels,
  largestError,
  servedEmbeddings,
} from "../../support/export_cases.ts";
import { randomModel } from "../../support/random_model.ts";

for (const { encoder, size, channels, ...served } of EXPORT_CASES) {
  const title = `${encoder.name} of ${size}×${size}×${channels}${
    "block" in served ? `, block ${served.block}` : ""
  }`;
  Deno.test(`onnxruntime answers as we do: ${title}`, async () => {
    await selectBackend("wasm");
    const source = await randomModel(encoder, { size, channels, ...served });
    const file = await onnxFormat.encode(source);
    const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
    const pixels = exportPixels(size, channels);
    const images = new ort.Tensor("uint8", pixels, [COUNT, size, size, channels]);
    const { h } = await session.run({ images });
    await session.release();
    assertEquals([...h!.dims], [COUNT, source.model.spec.dimensions]);
    const wanted = await servedEmbeddings(source, pixels);
    const theirs = h!.data as Float32Array;
    const error = largestError(wanted, theirs);
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
