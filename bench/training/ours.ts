/**
 * Our side of `deno task bench:train`: one short SimCLR run on CIFAR-10, as a process of its own.
 * Prints one JSON line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { createLogger } from "../../src/log.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { TrainSpec } from "../../src/schemas/train.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { train } from "../../src/training/train.ts";
import { Replicas } from "../../workers/replicas.ts";
import { tarSource } from "./tar_source.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data/cifar10" },
    images: { type: "string", default: "2000" },
    steps: { type: "string", default: "20" },
    batch: { type: "string", default: "256" },
    threads: { type: "string", default: "2" },
  },
});

const backend = await selectBackend("wasm");
const replicas = new Replicas(
  Number(values.threads),
  backend.name,
  createLogger({ level: "error" }),
);
const spec = TrainSpec.parse({
  type: "train",
  name: "bench",
  dataset: "ds_0000000000000000",
  datasetName: "cifar10",
  evaluationDataset: null,
  objectives: [{
    spec: {
      name: "simclr",
      temperature: 0.5,
      projectionHidden: 128,
      projectionDimension: 64,
    },
    weight: 1,
  }],
  encoder: { name: "resnet8", width: 16 },
  preprocessing: { size: 32, channels: 3, mean: 0.5, standardDeviation: 0.25 },
  recipe: recipePreset("simclr-cifar"),
  batchSize: Number(values.batch),
  budget: { steps: Number(values.steps) },
  limit: null,
  evaluate: null,
  seed: 0,
  checkpointSeconds: 3600,
  promote: false,
});
const run = train({
  spec,
  data: await tarSource(`${values.data}/train.tar`, Number(values.images)),
  evaluation: null,
  checkpoints: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
  backend,
  maxPixels: 1e6,
  signal: new AbortController().signal,
  startReplicas: (options) => replicas.start(options),
});
let next = await run.next();
while (!next.done) next = await run.next();
replicas.stop();
const { viewsPerSecond, final } = next.value.card;
Deno.stdout.writeSync(
  new TextEncoder().encode(`${JSON.stringify({ viewsPerSecond, loss: final.loss })}\n`),
);
Deno.exit(0);
