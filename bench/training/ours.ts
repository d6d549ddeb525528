/**
 * Our side of `deno task bench:train`: one short SimCLR run on CIFAR-10, as a process of its own.
 * Prints one JSON line.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { createLogger } from "../../src/log.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { train } from "../../src/training/train.ts";
import { Replicas } from "../../workers/replicas.ts";
import { benchSpec } from "./bench_spec.ts";
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
const spec = benchSpec({ batchSize: Number(values.batch), steps: Number(values.steps) });
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
