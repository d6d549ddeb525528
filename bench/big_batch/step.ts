/**
 * `deno task bench:big-batch`: one step of SimCLR on 8,192 images (16,384 views) of CIFAR-10's size
 * with resnet8, in chunks: the peak of the heap, and seconds.
 *
 *     deno task bench:big-batch [chunk] [--batch 8192]
 *
 * `chunk` (256) is how many images are in memory at a time. The images are noise: neither memory nor
 * time hangs on what is in them. One replica, WASM.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { stepBytes } from "../../src/jobs/step_memory.ts";
import { singleReplica } from "../../src/parallel/single.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { heapBytes } from "../../src/tensor/wasm_heap.ts";
import { noiseImages } from "../../src/training/measure_step.ts";
import { Run } from "../../src/training/run.ts";
import { readMetrics } from "../../src/training/train_step.ts";
import { benchSpec } from "../training/bench_spec.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { batch: { type: "string", default: "8192" } },
});
const chunkSize = Number(positionals[0] ?? 256);
const batchSize = Number(values.batch);
if (!(chunkSize >= 2) || !(batchSize >= chunkSize)) {
  throw new Error(`Cannot take chunks of ${chunkSize} out of batches of ${batchSize}`);
}
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

await selectBackend("wasm");
const spec = { ...benchSpec({ batchSize, steps: 1 }), chunkSize };
const images = noiseImages(spec);
const run = new Run({ spec, images, collective: singleReplica, digest: "bench" });
const start = performance.now();
const { metrics } = run.step(1e-3, true);
const { loss } = await readMetrics({ metrics });
const seconds = (performance.now() - start) / 1000;
say(
  `batch ${batchSize} (${2 * batchSize} views), chunks of ${chunkSize}, loss ${loss!.toFixed(3)}`,
);
say(`step ${seconds.toFixed(1)} s, ${(2 * batchSize / seconds).toFixed(0)} views/s`);
say(`heap ${megabytes(heapBytes())}, predicted ${megabytes(stepBytes(spec, 1))}`);
const whole = { ...spec, chunkSize: null };
say(`the same at once, predicted: ${megabytes(stepBytes(whole, 1))}`);
run.dispose();
images.close();
