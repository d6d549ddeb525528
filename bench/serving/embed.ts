/**
 * `deno task bench:embed [rounds]`: how fast embeddings are made and served.
 *
 * 1. The forward pass of a resnet8 of width 16 over 32×32 images, 64 at a time, beside PyTorch's and
 *    onnxruntime's (the same weights, exported), on 1 core and on 2, alternating.
 * 2. The service under 64 clients, beside what decoding and the forward pass do by themselves.
 *
 * Needs `taskset` and Debian's python3-torch and wrk (`apt-get install wrk`). Reads ALIKE_CIFAR10, default ../shared/data/cifar10.
 *
 * @module
 */
import { onnxFormat } from "../../src/export/onnx_format.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { randomModel } from "../../tests/support/random_model.ts";
import { withTempDir } from "../../tests/support/temp_dir.ts";
import { benchForward } from "./forward.ts";
import { benchService } from "./service.ts";

const rounds = Number(Deno.args[0] ?? 3);

await withTempDir(async (folder) => {
  await selectBackend("wasm");
  const source = await randomModel({ name: "resnet8", width: 16 }, { size: 32, channels: 3 });
  const files = {
    weights: `${folder}/model.safetensors`,
    spec: `${folder}/model.json`,
    onnx: `${folder}/model.onnx`,
  };
  await Deno.writeFile(files.weights, source.weights);
  await Deno.writeTextFile(files.spec, JSON.stringify(source.model.spec));
  await Deno.writeFile(files.onnx, await onnxFormat.encode(source));
  await benchForward(files, rounds);
  await benchService(files, rounds);
});
// The backend keeps timers.
Deno.exit(0);
