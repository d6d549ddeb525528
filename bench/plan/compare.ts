/**
 * `deno task bench:plan`: what `POST /v1/jobs/plan` predicts of a step's time and heap, beside what
 * then happens. One replica, WASM; on a machine that does nothing else.
 *
 * @module
 */
import { StepClock } from "../../src/jobs/step_clock.ts";
import { stepBytes } from "../../src/jobs/step_memory.ts";
import { silentLogger } from "../../src/log.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import type { TrainSpec } from "../../src/schemas/train.ts";
import { benchSpec } from "../training/bench_spec.ts";

const base = benchSpec({ batchSize: 256, steps: 1 });
const CASES: Partial<TrainSpec>[] = [
  {},
  { batchSize: 64 },
  { batchSize: 512, chunkSize: 128 },
  { batchSize: 64, encoder: { name: "resnet20", width: 16 } },
  { batchSize: 32, encoder: { name: "resnet18", width: 32 } },
  { batchSize: 512, encoder: { name: "small_conv", width: 16 } },
  {
    batchSize: 128,
    objectives: [{ spec: ObjectiveSpec.parse({ name: "rotation" }), weight: 1 }],
  },
];

const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/** Runs a few steps of a spec. */
async function happened(spec: TrainSpec): Promise<{ seconds: number; bytes: number }> {
  const script = new URL("./happened.ts", import.meta.url).pathname;
  const args = ["run", "--allow-all", script, JSON.stringify(spec)];
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot run the steps: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const folder = await Deno.makeTempDir();
const clock = new StepClock({
  config: { replicas: 1, backend: "wasm", maxPixels: 1e6 },
  workerUrl: new URL("../../workers/trainer.ts", import.meta.url),
  blobs: { url: new URL(`file://${folder}`).href },
  temporaryFolder: folder,
  log: silentLogger,
  busy: () => false,
});
try {
  for (const parts of CASES) {
    const spec: TrainSpec = { ...base, ...parts };
    const { encoder, batchSize, chunkSize, objectives } = spec;
    const name = `${encoder.name} of ${encoder.width}, ${objectives[0]!.spec.name}, batch ` +
      `${batchSize}${chunkSize === null ? "" : ` in chunks of ${chunkSize}`}`;
    const time = await clock.measure(spec, 1);
    const { seconds, bytes } = await happened(spec);
    const heap = stepBytes(spec, 1);
    say(
      `${name}: ${time?.seconds.toFixed(3) ?? "none"} s predicted, ${seconds.toFixed(3)} s ` +
        `happened (${percent(time === null ? NaN : time.seconds / seconds)}); heap ` +
        `${(heap / 1e6).toFixed(0)} MB, ${(bytes / 1e6).toFixed(0)} MB (${percent(heap / bytes)})`,
    );
  }
} finally {
  await clock.stop();
  await Deno.remove(folder, { recursive: true });
}

/** How far off. */
function percent(ratio: number): string {
  const off = 100 * (ratio - 1);
  return `${off < 0 ? "" : "+"}${off.toFixed(0)} %`;
}
