/**
 * `deno task bench:webgpu`: what a step of training asks of the GPU with our programs and with
 * stock tfjs (the same operations composed of its own), and the ratio of their times.
 *
 * CIFAR ResNet-8 of width 16, SimCLR, Adam, on noise. Counts hold for any adapter; on a software
 * one the times are mostly those of convolutions, which both share. NT-Xent by itself is timed as
 * well. Arguments: images a step (default 8), rounds (3).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { packImages } from "../../src/data/pack_images.ts";
import { singleReplica } from "../../src/parallel/single.ts";
import { Random } from "../../src/random.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { ntXent } from "../../src/tensor/ops/nt_xent.ts";
import { registerPrograms, unregisterPrograms } from "../../src/tensor/programs/mod.ts";
import { Run } from "../../src/training/run.ts";
import { readMetrics } from "../../src/training/train_step.ts";
import { countGpuWork, type GpuWork } from "../../tests/support/gpu_work.ts";
import { syntheticSource } from "../../tests/support/synthetic_images.ts";
import { trainSpec } from "../../tests/support/train_spec.ts";

const BATCH = Number(Deno.args[0] ?? 8);
const ROUNDS = Number(Deno.args[1] ?? 3);

const WAYS = { ours: registerPrograms, stock: unregisterPrograms };
type Way = keyof typeof WAYS;

const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/** The shortest of a few alternating runs of both ways, milliseconds. */
async function fastest(work: () => Promise<void>): Promise<Record<Way, number>> {
  const times: Record<Way, number> = { ours: Infinity, stock: Infinity };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const way of ["ours", "stock"] as const) {
      WAYS[way]();
      const start = performance.now();
      await work();
      // The first compiles.
      if (round > 0) times[way] = Math.min(times[way], performance.now() - start);
    }
  }
  return times;
}

function ratio({ ours, stock }: Record<Way, number>): string {
  return `ours ${ours.toFixed(0)} ms, stock ${stock.toFixed(0)} ms: ${(stock / ours).toFixed(2)}`;
}

const { adapter } = await selectBackend("webgpu");
say(`${adapter}; ${BATCH} images a step`);

const images = await packImages(syntheticSource(4 * BATCH, 32, 3), {
  size: 32,
  channels: 3,
  maxPixels: 1e6,
});
const spec = trainSpec({
  encoder: { name: "resnet8", width: 16 },
  preprocessing: { size: 32, channels: 3, mean: 0.5, standardDeviation: 0.25 },
  batchSize: BATCH,
});
const run = new Run({ spec, images, collective: singleReplica, digest: "bench" });

/** A step whose metrics nobody reads. */
function quietStep(): void {
  for (const metric of Object.values(run.step(1e-3, false).metrics)) metric.dispose();
}

/** A step, and the wait until it is done. */
async function step(): Promise<void> {
  await readMetrics(run.step(1e-3, false));
}

const work = {} as Record<Way, GpuWork>;
for (const way of ["ours", "stock"] as const) {
  WAYS[way]();
  // So that programs are compiled, and buffers pooled.
  for (let warm = 0; warm < 3; warm++) await step();
  work[way] = await countGpuWork(quietStep);
  await step();
}
for (const name of Object.keys(work.ours) as (keyof GpuWork)[]) {
  say(`${name} a step: ours ${work.ours[name]}, stock ${work.stock[name]}`);
}
say(`a step: ${ratio(await fastest(step))}`);
run.dispose();
images.close();

for (const pairs of [256, 512, 1024]) {
  const stream = new Random(1).stream("z");
  const numbers = Float32Array.from({ length: 2 * pairs * 128 }, () => stream.normal());
  const z = tf.tensor2d(numbers, [2 * pairs, 128]) as tf.Tensor;
  const times = await fastest(async () => {
    const { value, grad } = tf.tidy(() =>
      tf.valueAndGrad((x) =>
        ntXent(x as tf.Tensor2D, { temperature: 0.5, collective: singleReplica }).loss
      )(z)
    );
    await Promise.all([value.data(), grad.data()]);
    tf.dispose([value, grad]);
  });
  say(`NT-Xent and its gradient, ${pairs} pairs of 128: ${ratio(times)}`);
  z.dispose();
}
