import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { packImages } from "../../../src/data/pack_images.ts";
import { CancelledError, ConflictError } from "../../../src/errors.ts";
import type { Collective } from "../../../src/parallel/collective.ts";
import type { Beginning } from "../../../src/schemas/beginning.ts";
import type { TrainSpec } from "../../../src/schemas/train.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { Run } from "../../../src/training/run.ts";
import { runReplicas } from "../../support/replicas.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { MemoryCheckpoints, runTraining, trainSpec } from "../../support/train_spec.ts";

const data = syntheticSource(40, 16, 3);

/** A model of a short run, by its optimiser with weight decay. */
async function pretrained() {
  await selectBackend("wasm");
  const { result } = await runTraining(trainSpec({ seed: 7 }), data);
  return { ...result, read: () => Promise.resolve(result.weights) };
}

function beginning(parts: Partial<Beginning> = {}): Beginning {
  return {
    model: "model_0000000000000001",
    name: "first",
    digest: "d".repeat(64),
    frozen: 2,
    heads: [],
    ...parts,
  };
}

type Weights = Map<string, string>;

function read(file: Uint8Array<ArrayBuffer>): Weights {
  const { tensors } = decodeSafetensors(file);
  return new Map([...tensors].map(([name, { data }]) => [name, data.join()]));
}

/** Weights and statistics of the first two stages of `small_conv`. */
const FROZEN = /^encoder\/(conv|norm)[01]\//;

function assertFrozenSame(weights: Weights, wanted: Weights): void {
  let moved = 0;
  for (const [name, values] of wanted) {
    if (!name.startsWith("encoder/")) continue;
    if (FROZEN.test(name)) assertEquals(weights.get(name), values, name);
    else moved += Number(weights.get(name) !== values);
  }
  // A kernel, gamma, beta, mean and variance of two stages.
  assertEquals(moved, 10);
}

const CASES: { title: string; spec: Parameters<typeof trainSpec>[0] }[] = [
  { title: "simclr", spec: {} },
  { title: "simclr in chunks", spec: { chunkSize: 3 } },
  { title: "context encoder", spec: { objective: { name: "context-encoder" } } },
  { title: "stacked", spec: { objective: { name: "stacked-denoising-autoencoder" } } },
];

for (const { title, spec: parts } of CASES) {
  Deno.test(`${title}: frozen stages keep their bits, statistics too; the others learn`, async () => {
    const first = await pretrained();
    const before = tf.memory().numTensors;
    const spec = trainSpec({ ...parts, from: beginning() });
    const { result } = await runTraining(spec, data, { loadPretrained: first.read });
    assertFrozenSame(read(result.weights), read(first.weights));
    assertEquals(result.card.from, beginning());
    assertEquals(result.card.parameters, first.card.parameters);
    assert(result.card.notes[0]?.startsWith("Began from the model first (model_"));
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("from a model, stopped and resumed without it, it ends with the same bits", async () => {
  const first = await pretrained();
  const spec = trainSpec({ from: beginning() });
  const undisturbed = await runTraining(spec, data, { loadPretrained: first.read });
  const checkpoints = new MemoryCheckpoints();
  const stop = new AbortController();
  await assertRejects(
    () =>
      runTraining(
        spec,
        data,
        { checkpoints, signal: stop.signal, loadPretrained: first.read },
        (event) => {
          if (event.type === "progress" && event.progress.phase === "training") stop.abort();
        },
      ),
    CancelledError,
  );
  // By now the weights are the checkpoint's: the model may be gone.
  const gone = () => Promise.reject(new ConflictError("Cannot begin from the model: deleted"));
  const resumed = await runTraining(spec, data, { checkpoints, loadPretrained: gone });
  assertEquals(resumed.result.digest, undisturbed.result.digest);
  await assertRejects(() => runTraining(spec, data, { loadPretrained: gone }), ConflictError);
  // Another model is another run.
  await assertRejects(
    () =>
      runTraining(trainSpec({ from: beginning({ digest: "e".repeat(64) }) }), data, {
        checkpoints,
        loadPretrained: first.read,
      }),
    Error,
    "the checkpoint is not one of this job",
  );
});

Deno.test("heads are fresh unless they are taken over, and nothing is frozen unless asked", async () => {
  const first = await pretrained();
  const source = read(first.weights);
  const weights = (heads: string[], seed: number) => {
    const run = begun(trainSpec({ seed, from: beginning({ frozen: 0, heads }) }), first.weights);
    return run.then(async (run) => {
      const found = await run.network.weights();
      run.dispose();
      return new Map([...found].map(([name, { data }]) => [name, data.join()]));
    });
  };
  const fresh = await weights([], 3);
  const taken = await weights(["simclr"], 3);
  for (const [name, values] of source) {
    assertEquals(taken.get(name), values, name);
    if (name.startsWith("encoder/")) assertEquals(fresh.get(name), values, name);
    else if (name.endsWith("kernel")) assertNotEquals(fresh.get(name), values, name);
  }
});

Deno.test("two replicas begin from the same weights and keep what is frozen", async () => {
  const first = await pretrained();
  const spec = trainSpec({ from: beginning() });
  const images = await packed();
  const replicas = runReplicas(2, (collective) => {
    const run = new Run({ spec, images, collective, digest: "test" });
    try {
      run.start({ checkpoint: undefined, pretrained: first.weights });
      for (let step = 0; step < 2; step++) run.step(1e-2, false).metrics.loss!.dispose();
      const weights = [...run.network.parameters(), ...run.network.buffers()];
      return new Map(weights.map(({ name, variable }) => [name, variable.dataSync().join()]));
    } finally {
      run.dispose();
    }
  });
  for (const weights of replicas) assertFrozenSame(weights, read(first.weights));
  assertEquals(replicas[0], replicas[1]);
  images.close();
});

async function packed() {
  return await packImages(data, { size: 16, channels: 3, maxPixels: 1e6 });
}

/** A run that has taken no step. */
async function begun(spec: TrainSpec, weights: Uint8Array<ArrayBuffer>): Promise<Run> {
  const collective = { rank: 0, size: 1 } as unknown as Collective;
  const images = await packed();
  const run = new Run({ spec, images, collective, digest: "test" });
  run.start({ checkpoint: undefined, pretrained: weights });
  images.close();
  return run;
}
