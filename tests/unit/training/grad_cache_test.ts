import { assertEquals, assertLess } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createNetwork, type Network } from "../../../src/objectives/network.ts";
import type { Collective } from "../../../src/parallel/collective.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { Random } from "../../../src/random.ts";
import { sliceBatch } from "../../../src/data/image_batch.ts";
import type { ParameterGroup } from "../../../src/tensor/parameter.ts";
import type { Optimizer } from "../../../src/training/optimizer.ts";
import { TrainStep } from "../../../src/training/train_step.ts";
import { runReplicas } from "../../support/replicas.ts";
import { syntheticBatch } from "../../support/synthetic_images.ts";
import {
  onBackend,
  type TestBackend,
  useBackend,
  WEBGPU_BACKENDS,
} from "../../support/test_backends.ts";
import { trainSpec } from "../../support/train_spec.ts";

const ITEMS = 12;

/** The same network with every batch norm by its running statistics: no row sees another one. */
function frozen(network: Network): Network {
  const fixed = <T extends { apply: (...args: never[]) => unknown }>(module: T): T =>
    Object.create(module, {
      apply: {
        value: (x: never, options: object) =>
          module.apply(...[x, { ...options, training: false }] as never[]),
      },
    });
  const tasks = network.tasks.map((task) => ({ ...task, head: fixed(task.head) }));
  return { ...network, encoder: fixed(network.encoder), tasks };
}

/** What a step tells and the gradients that it gives its optimiser. */
interface Found {
  loss: tf.Tensor;
  metrics: Record<string, tf.Tensor>;
  h: tf.Tensor;
  gradients: tf.Tensor[];
  buffers: tf.Tensor[];
}

/** One step, on tensors of its own that are left to the caller. */
function step(
  names: string[],
  { chunkSize, collective = singleReplica, freeze = true }: {
    chunkSize: number | null;
    collective?: Collective;
    freeze?: boolean;
  },
): Found {
  const { encoder, preprocessing, recipe } = trainSpec();
  const objectives = names.flatMap((name) =>
    trainSpec({ objective: { name } }).objectives.map(({ spec }) => spec)
  );
  const network = createNetwork(
    { encoder, preprocessing, objectives },
    recipe.augment,
    new Random(3),
  );
  let gradients: tf.Tensor[] = [];
  const optimizer = {
    apply: (given: tf.Tensor[]) => void (gradients = given.map((tensor) => tf.keep(tensor))),
  } as unknown as Optimizer;
  try {
    const share = ITEMS / collective.size;
    const batch = sliceBatch(
      syntheticBatch(ITEMS, 16, 3),
      collective.rank * share,
      (collective.rank + 1) * share,
    );
    const { metrics: { loss, gradientNorm, ...metrics }, features } = new TrainStep({
      network: freeze ? frozen(network) : network,
      weights: names.map((_, i) => 1 - 0.25 * i),
      optimizers: new Map<ParameterGroup, Optimizer>([["main", optimizer]]),
      random: new Random(5),
      collective,
      chunkSize,
    }).run(batch, 1, 0, true, true);
    gradientNorm!.dispose();
    for (const { z } of Object.values(features!.projections)) z.dispose();
    const buffers = network.buffers().map(({ variable }) => tf.keep(variable.clone()));
    return { loss: loss!, metrics, h: features!.h!, gradients, buffers };
  } finally {
    network.dispose();
  }
}

/** All numbers of what was found, which is disposed of. */
async function read(found: Found) {
  const numbers = async (tensor: tf.Tensor) => {
    const data = await tensor.data<"float32">();
    tensor.dispose();
    return [...data];
  };
  return {
    loss: (await numbers(found.loss))[0]!,
    metrics: Object.fromEntries(
      await Promise.all(
        Object.entries(found.metrics).map(async ([name, x]) =>
          [name, (await numbers(x))[0]!] as const
        ),
      ),
    ),
    h: await numbers(found.h),
    gradients: await Promise.all(found.gradients.map(numbers)),
    buffers: await Promise.all(found.buffers.map(numbers)),
  };
}

/** The length of a difference in terms of what it is a difference of. */
function distance(a: number[], b: number[]): number {
  assertEquals(a.length, b.length);
  return Math.hypot(...a.map((x, i) => x - b[i]!)) / Math.hypot(...b);
}

function assertSame(
  chunked: Awaited<ReturnType<typeof read>>,
  whole: Awaited<ReturnType<typeof read>>,
): void {
  assertLess(Math.abs(chunked.loss - whole.loss) / whole.loss, 1e-5);
  assertLess(distance(chunked.h, whole.h), 1e-5);
  assertEquals(Object.keys(chunked.metrics), Object.keys(whole.metrics));
  for (const [name, value] of Object.entries(whole.metrics)) {
    assertLess(Math.abs(chunked.metrics[name]! - value), 1e-5, name);
  }
  assertEquals(chunked.gradients.length, whole.gradients.length);
  // Some gradients are sums that cancel out: each is measured beside the step as a whole too.
  assertLess(distance(chunked.gradients.flat(), whole.gradients.flat()), 1e-5);
}

const BACKENDS: TestBackend[] = ["wasm simd", ...WEBGPU_BACKENDS];

for (const backend of BACKENDS) {
  for (const names of [["simclr"], ["rotation"], ["simclr", "rotation"]]) {
    if (backend === "webgpu" && names.length > 1) continue;
    Deno.test(`${backend}: with fixed statistics, ${names.join(" and ")} has the same gradient in chunks of 5 as at once`, () =>
      onBackend(backend, async () => {
        const whole = await read(step(names, { chunkSize: null }));
        assertSame(await read(step(names, { chunkSize: 5 })), whole);
      }));
  }
}

for (const name of ["simclr", "rotation"]) {
  Deno.test(`${name}: two replicas in chunks have the gradient of one at once`, async () => {
    await useBackend("wasm simd");
    const whole = await read(step([name], { chunkSize: null }));
    const replicas = runReplicas(2, (collective) => step([name], { chunkSize: 4, collective }));
    for (const replica of replicas) assertSame(await read(replica), whole);
  });
}

Deno.test("a batch that is one chunk is learned from at once, to the bit", () =>
  onBackend("wasm simd", async () => {
    const whole = await read(step(["simclr"], { chunkSize: null, freeze: false }));
    const one = await read(step(["simclr"], { chunkSize: ITEMS, freeze: false }));
    assertEquals(one, whole);
  }));

Deno.test("running statistics learn from each chunk once", () =>
  onBackend("wasm simd", async () => {
    const chunks = await read(step(["simclr"], { chunkSize: 6, freeze: false }));
    const whole = await read(step(["simclr"], { chunkSize: null, freeze: false }));
    // The first layer's mean m is 0.1·m after one update from 0. Two halves whose means are m1 and
    // m2 give 0.09·m1 + 0.1·m2, about 0.19·m; learning from each twice would give about 0.34·m.
    const once = whole.buffers[0]!;
    for (const [channel, value] of chunks.buffers[0]!.entries()) {
      assertLess(Math.abs(0.1 * value / once[channel]! - 0.19), 0.05, `channel ${channel}`);
    }
  }));
