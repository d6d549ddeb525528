/**
 * What a run takes that bench/plan/compare.ts has predicted: a few real steps in a process of its
 * own, since a heap does not shrink.
 *
 * @module
 */
import { singleReplica } from "../../src/parallel/single.ts";
import { TrainSpec } from "../../src/schemas/train.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { heapBytes } from "../../src/tensor/wasm_heap.ts";
import { noiseImages } from "../../src/training/measure_step.ts";
import { Run } from "../../src/training/run.ts";
import { readMetrics } from "../../src/training/train_step.ts";

const STEPS = 5;

const spec = TrainSpec.parse(JSON.parse(Deno.args[0]!));
await selectBackend("wasm");
const images = noiseImages(spec);
const run = new Run({ spec, images, collective: singleReplica, digest: "bench" });
let start = 0;
for (let step = 0; step <= STEPS; step++) {
  // The first one is not counted: a run has many.
  if (step === 1) start = performance.now();
  const { metrics, features } = run.step(1e-6, step === STEPS, step === STEPS);
  features?.dispose();
  await readMetrics({ metrics });
}
const seconds = (performance.now() - start) / 1000 / STEPS;
const answer = JSON.stringify({ seconds, bytes: heapBytes() });
Deno.stdout.writeSync(new TextEncoder().encode(`${answer}\n`));
run.dispose();
images.close();
