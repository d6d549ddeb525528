import { assert, assertEquals } from "@std/assert";
import { createEncoder } from "../../../src/encoders/mod.ts";
import { encoderCost } from "../../../src/jobs/encoder_cost.ts";
import { largestBatch, largestChunk, stepBytes } from "../../../src/jobs/step_memory.ts";
import { packImages } from "../../../src/data/pack_images.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { Random } from "../../../src/random.ts";
import type { TrainSpec } from "../../../src/schemas/train.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { Run } from "../../../src/training/run.ts";
import { readMetrics } from "../../../src/training/train_step.ts";
import { HeapPeak } from "../../support/heap_peak.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { trainSpec } from "../../support/train_spec.ts";

type Parts = Parameters<typeof trainSpec>[0];

/** Large enough that the tensors are more than an empty heap. */
const CASES: Record<string, Parts> = {
  "resnet8, SimCLR": { encoder: { name: "resnet8", width: 16 }, batchSize: 48 },
  "resnet8, SimCLR in chunks": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 64,
    chunkSize: 20,
  },
  "resnet14, rotation": {
    encoder: { name: "resnet14", width: 8 },
    batchSize: 16,
    objective: { name: "rotation" },
  },
  "resnet20, relative position": {
    encoder: { name: "resnet20", width: 8 },
    batchSize: 16,
    preprocessing: { size: 48, channels: 3 },
    objective: { name: "relative-position" },
  },
  "resnet8, frame order": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 24,
    objective: { name: "frame-order" },
  },
  "resnet8, denoising": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 64,
    objective: { name: "denoising-autoencoder" },
  },
  "resnet8, holes": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 64,
    objective: { name: "context-encoder" },
  },
  "resnet18, SimCLR": { encoder: { name: "resnet18", width: 16 }, batchSize: 8 },
  "resnet8, jigsaw": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 24,
    preprocessing: { size: 48, channels: 1 },
    objective: { name: "jigsaw" },
  },
  "resnet8, SimCLR, a stage frozen": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 64,
    from: beginning(1),
  },
  "resnet14, SimCLR, all frozen": {
    encoder: { name: "resnet14", width: 16 },
    batchSize: 64,
    from: beginning(3),
  },
  "resnet8, denoising, two stages frozen": {
    encoder: { name: "resnet8", width: 16 },
    batchSize: 64,
    objective: { name: "denoising-autoencoder" },
    from: beginning(2),
  },
  "small_conv, SimCLR, two stages frozen": {
    encoder: { name: "small_conv", width: 32 },
    batchSize: 128,
    from: beginning(2),
  },
  "small_conv, SimCLR, grey": {
    encoder: { name: "small_conv", width: 32 },
    batchSize: 64,
    preprocessing: { size: 28, channels: 1 },
  },
};

function beginning(frozen: number) {
  const [model, digest] = ["model_0000000000000001", "d".repeat(64)];
  return { model, name: "first", digest, frozen, heads: [] };
}

/** Peak bytes of a step, without what the backend itself takes up. */
async function measure(spec: TrainSpec): Promise<number> {
  await selectBackend("wasm");
  const { size, channels } = spec.preprocessing;
  const images = await packImages(syntheticSource(spec.batchSize, size, channels), {
    size,
    channels,
    maxPixels: 1e6,
  });
  const peak = new HeapPeak();
  const run = new Run({ spec, images, collective: singleReplica, digest: "test" });
  try {
    const { metrics, features } = run.step(1e-3, true, true);
    features?.dispose();
    await readMetrics({ metrics });
    return peak.peak;
  } finally {
    peak.stop();
    run.dispose();
    images.close();
  }
}

for (const [name, parts] of Object.entries(CASES)) {
  Deno.test(`${name}: the predicted bytes are within 25 % of the measured peak`, async () => {
    const spec = trainSpec({ preprocessing: { size: 32, channels: 3 }, ...parts });
    const predicted = stepBytes(spec, 1);
    const measured = await measure(spec);
    const ratio = predicted / measured;
    assert(ratio > 0.75 && ratio < 1.25, `predicted ${predicted}, measured ${measured}: ${ratio}`);
  });
}

Deno.test("an encoder has as many weights as the layers that are reckoned with", async () => {
  await selectBackend("wasm");
  for (const name of ["resnet8", "resnet14", "resnet20", "resnet18", "small_conv"] as const) {
    const encoder = createEncoder({ name, width: 4 }, 3, new Random(1));
    const all = [...encoder.parameters(), ...encoder.buffers()];
    const weights = all.reduce((sum, { variable }) => sum + variable.size, 0);
    const cost = encoderCost(encoder.spec, 16, 3);
    assertEquals([name, cost.weights, cost.features], [name, weights, encoder.features.dimensions]);
    encoder.dispose();
  }
});

Deno.test("the largest batch and chunk are the last within the bytes", () => {
  const bytes = 2 ** 28;
  for (const name of ["resnet8", "resnet14", "resnet20", "resnet18", "small_conv"] as const) {
    const spec = trainSpec({ encoder: { name, width: 16 }, batchSize: 8192 });
    const batchSize = largestBatch(spec, 1, bytes);
    const at = (batchSize: number) => stepBytes({ ...spec, batchSize }, 1) <= bytes;
    assertEquals([at(batchSize), at(batchSize + 1)], [true, false]);
    const chunkSize = largestChunk(spec, 1, bytes);
    const within = (chunkSize: number) => stepBytes({ ...spec, chunkSize }, 1) <= bytes;
    assertEquals([within(chunkSize), within(chunkSize + 1)], [true, false]);
  }
});

Deno.test("what is nearly all weights has no chunk that fits, and replicas share the images", () => {
  const wide = trainSpec({ encoder: { name: "resnet18", width: 64 }, batchSize: 64 });
  assertEquals(largestChunk(wide, 1, 2 ** 24), 1);
  const spec = trainSpec({ encoder: { name: "resnet8", width: 16 }, batchSize: 1024 });
  const [one, two] = [stepBytes(spec, 1), stepBytes(spec, 2)];
  assert(two < 0.6 * one && two > 0.4 * one);
});
