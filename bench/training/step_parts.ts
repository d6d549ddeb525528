/**
 * A step's time by part, on one replica, as a process of its own. Prints one JSON line:
 * `{total, parts, rest}`, milliseconds, `rest` by kernel.
 *
 * Times are means over the fastest quarter of the steps: other work on the machine only ever adds.
 *
 * @module
 */
import { packImages } from "../../src/data/pack_images.ts";
import { singleReplica } from "../../src/parallel/single.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { Run } from "../../src/training/run.ts";
import { benchSpec } from "./bench_spec.ts";
import { contestantOptions } from "./contestant_options.ts";
import { type Part, PartClock, PARTS } from "./part_clock.ts";
import { tarSource } from "./tar_source.ts";

const values = contestantOptions();

/** Steps before the clock counts: code is compiled and the heap grows. */
const WARM_UP = 3;

await selectBackend("wasm");
const steps = Number(values.steps);
const spec = benchSpec({ batchSize: Number(values.batch), steps });
const clock = new PartClock();
clock.wrapKernels();
const images = await packImages(
  await tarSource(`${values.data}/train.tar`, Number(values.images)),
  { ...spec.preprocessing, maxPixels: 1e6 },
);
images.gather = clock.timed("load", images.gather.bind(images));
const run = new Run({ spec, images, collective: singleReplica, digest: "bench" });
for (const { objective } of run.network.tasks) {
  objective.views = clock.timed("augment", objective.views);
}

const taken: { total: number; spent: Map<string, number> }[] = [];
for (let step = -WARM_UP; step < steps; step++) {
  clock.take();
  const start = performance.now();
  const { metrics } = run.step(1e-3, false);
  await metrics.loss!.data();
  const total = performance.now() - start;
  metrics.loss!.dispose();
  if (step >= 0) taken.push({ total, spent: clock.take() });
}
run.dispose();
images.close();

const fastest = taken.toSorted((a, b) => a.total - b.total).slice(0, Math.ceil(steps / 4));
const mean = (of: (step: typeof fastest[number]) => number) =>
  fastest.reduce((sum, step) => sum + of(step), 0) / fastest.length;
const total = mean((step) => step.total);
const parts: Partial<Record<Part, number>> = {};
for (const part of PARTS) {
  if (part !== "rest") parts[part] = mean(({ spent }) => spent.get(part) ?? 0);
}
parts.rest = total - Object.values(parts).reduce((sum, ms) => sum + ms, 0);
const rest: Record<string, number> = {};
for (const name of new Set(fastest.flatMap(({ spent }) => [...spent.keys()]))) {
  if (!(name in parts)) rest[name] = mean(({ spent }) => spent.get(name) ?? 0);
}
rest["outside kernels"] = parts.rest - Object.values(rest).reduce((sum, ms) => sum + ms, 0);
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ total, parts, rest })}\n`));
Deno.exit(0);
