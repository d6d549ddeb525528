/**
 * Our side of `deno task bench:train`: one short SimCLR run on CIFAR-10, as a process of its own.
 * Prints one JSON line: views a second of all steps after the first few, the share of that time that
 * the first replica spent meeting the others, the last loss.
 *
 * @module
 */
import { createLogger } from "../../src/log.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { train } from "../../src/training/train.ts";
import { Replicas } from "../../workers/replicas.ts";
import { benchSpec } from "./bench_spec.ts";
import { contestantOptions } from "./contestant_options.ts";
import { tarSource } from "./tar_source.ts";

const values = contestantOptions();

const backend = await selectBackend("wasm");
const replicas = new Replicas(
  Number(values.threads),
  backend.name,
  createLogger({ level: "error" }),
);
const spec = benchSpec({ batchSize: Number(values.batch), steps: Number(values.steps) });
/** Steps before the clock counts, as in bench/pytorch: code is compiled and the heap grows. */
const WARM_UP = 3;

/** Milliseconds that this replica has spent where it meets the others, waiting among it. */
let meeting = 0;
function timed<Args extends unknown[], T>(call: (...args: Args) => T): (...args: Args) => T {
  return (...args) => {
    const start = performance.now();
    try {
      return call(...args);
    } finally {
      meeting += performance.now() - start;
    }
  };
}

const run = train({
  spec,
  data: await tarSource(`${values.data}/train.tar`, Number(values.images)),
  evaluation: null,
  checkpoints: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
  backend,
  maxPixels: 1e6,
  signal: new AbortController().signal,
  startReplicas: async (options) => {
    const collective = await replicas.start(options);
    return {
      rank: collective.rank,
      size: collective.size,
      allGather: timed(collective.allGather),
      allReduceSum: timed(collective.allReduceSum),
      barrier: timed(collective.barrier),
    };
  },
});
const marks: { step: number; time: number; meeting: number }[] = [];
let next = await run.next();
while (!next.done) {
  const event = next.value;
  if (event.type === "progress" && event.progress.phase === "training") {
    marks.push({ step: event.progress.step, time: performance.now(), meeting });
  }
  next = await run.next();
}
replicas.stop();
const first = marks.find(({ step }) => step >= WARM_UP)!;
const last = marks.at(-1)!;
const report = {
  viewsPerSecond: 1000 * 2 * spec.batchSize * (last.step - first.step) / (last.time - first.time),
  meetingShare: (last.meeting - first.meeting) / (last.time - first.time),
  loss: next.value.card.final.loss,
};
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
Deno.exit(0);
