import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { packImages } from "../../../src/data/pack_images.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { heapBytes } from "../../../src/tensor/wasm_heap.ts";
import { Run } from "../../../src/training/run.ts";
import { readMetrics } from "../../../src/training/train_step.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { trainSpec } from "../../support/train_spec.ts";

Deno.test("a thousand steps leave as many tensors and as large a heap as the first ten", async () => {
  await selectBackend("wasm");
  const size = 16;
  const images = await packImages(syntheticSource(32, size, 3), {
    size,
    channels: 3,
    maxPixels: 1e6,
  });
  const run = new Run({ spec: trainSpec(), images, collective: singleReplica, digest: "test" });
  let steady = { tensors: 0, heap: 0 };
  for (let step = 1; step <= 1000; step++) {
    await readMetrics(run.step(1e-4, step % 3 === 0));
    if (step === 10) steady = { tensors: tf.memory().numTensors, heap: heapBytes() };
  }
  assertEquals({ tensors: tf.memory().numTensors, heap: heapBytes() }, steady);
  run.dispose();
  images.close();
});
