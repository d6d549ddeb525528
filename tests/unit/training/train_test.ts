import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  CancelledError,
  CorruptError,
  InvalidError,
  WorkerDiedError,
} from "../../../src/errors.ts";
import { breakMeeting, createMeeting, joinMeeting } from "../../../src/parallel/shared_memory.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors } from "../../../src/tensor/safetensors.ts";
import type { TrainEvent } from "../../../src/training/train_event.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { MemoryCheckpoints, runTraining, trainSpec } from "../../support/train_spec.ts";

const data = syntheticSource(40, 16, 3);

Deno.test("a run reports its phases, saves a checkpoint and returns a model", async () => {
  await selectBackend("wasm");
  const before = tf.memory().numTensors;
  const { events, result } = await runTraining(trainSpec(), data);
  const phases = events.flatMap((event) => event.type === "progress" ? [event.progress.phase] : []);
  assertEquals([...new Set(phases)], ["loading", "training", "evaluating"]);
  const last = events.filter((event) => event.type === "progress").at(-2)!.progress;
  assertEquals(last.step, 6);
  assert(last.metrics.loss! > 0 && last.metrics.gradientNorm! > 0);
  assertEquals(events.filter((event) => event.type === "checkpoint").at(-1)?.step, 6);
  const { tensors } = decodeSafetensors(result.weights);
  assert([...tensors.keys()].some((name) => name.startsWith("encoder/")));
  assert([...tensors.keys()].some((name) => name.startsWith("heads/simclr/")));
  assertEquals(result.spec.dimensions, 32);
  assertEquals(result.card.steps, 6);
  assertEquals(result.card.dataset.used, 40);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("the same spec gives the same bits, another seed others", async () => {
  await selectBackend("wasm");
  const digest = async (seed: number) =>
    (await runTraining(trainSpec({ seed }), data)).result.digest;
  const first = await digest(1);
  assertEquals(await digest(1), first);
  assertNotEquals(await digest(2), first);
});

Deno.test("in chunks: stopped and resumed, it ends with the same bits", async () => {
  await selectBackend("wasm");
  const spec = trainSpec({ chunkSize: 3 });
  const undisturbed = await runTraining(spec, data);
  const checkpoints = new MemoryCheckpoints();
  const stop = new AbortController();
  await assertRejects(
    () =>
      runTraining(spec, data, { checkpoints, signal: stop.signal }, (event) => {
        if (event.type === "progress" && event.progress.step === 2) stop.abort();
      }),
    CancelledError,
  );
  const resumed = await runTraining(spec, data, { checkpoints });
  assertEquals(resumed.result.digest, undisturbed.result.digest);
  const whole = await runTraining(trainSpec(), data);
  assertNotEquals(resumed.result.digest, whole.result.digest);
  assert(
    resumed.result.card.notes.some((note) => note.startsWith("Trained in chunks of 3 images")),
  );
});

const RESUMED = ["simclr", "rotation", "jigsaw", "frame-order"].map((name) => ({ name }));
for (const objective of RESUMED) {
  for (
    const optimizer of [
      undefined,
      { name: "sgd", learningRate: 0.1, momentum: 0.9 },
      { name: "lars", learningRate: 1, momentum: 0.9 },
    ]
  ) {
    const title = `${objective.name} with ${optimizer?.name ?? "adam"}`;
    Deno.test(`${title}: stopped and resumed, it ends with the same bits`, async () => {
      await selectBackend("wasm");
      const base = trainSpec({ objective, preprocessing: preprocessing(24) });
      const spec = optimizer === undefined ? base : trainSpec({
        objective,
        preprocessing: preprocessing(24),
        recipe: {
          ...base.recipe,
          optimizer: { ...optimizer, nesterov: false, weightDecay: 5e-4 } as never,
        },
      });
      const undisturbed = await runTraining(spec, data);
      const checkpoints = new MemoryCheckpoints();
      for (let stops = 0; stops < 3; stops++) {
        // Each stop comes after the first step that this part of the run made.
        const stop = new AbortController();
        const onEvent = (event: TrainEvent) => {
          if (event.type === "progress" && event.progress.phase === "training") stop.abort();
        };
        await assertRejects(
          () => runTraining(spec, data, { checkpoints, signal: stop.signal }, onEvent),
          CancelledError,
        );
      }
      const resumed = await runTraining(spec, data, { checkpoints });
      assert(resumed.events.some((event) => event.type === "log"));
      assertEquals(resumed.result.digest, undisturbed.result.digest);
      assertEquals(resumed.result.card.final, undisturbed.result.card.final);
    });
  }
}

function preprocessing(size: number) {
  return { size, channels: 3 as const, mean: 0.5, standardDeviation: 0.25 };
}

Deno.test("a checkpoint of another run is refused", async () => {
  await selectBackend("wasm");
  const checkpoints = new MemoryCheckpoints();
  await runTraining(trainSpec(), data, { checkpoints });
  const error = await assertRejects(
    () => runTraining(trainSpec({ seed: 9 }), data, { checkpoints }),
    CorruptError,
  );
  assertEquals(error.message, "Cannot resume: the checkpoint is not one of this job");
});

Deno.test("fewer items than a batch are refused with both numbers", async () => {
  const error = await assertRejects(
    () => runTraining(trainSpec({ batchSize: 64 }), data),
    InvalidError,
    "40 items",
  );
  assertEquals(error.errors[0]?.value, 64);
});

Deno.test("a loss that is no number fails the run at once", async () => {
  await selectBackend("wasm");
  const spec = trainSpec();
  const recipe = {
    ...spec.recipe,
    optimizer: {
      name: "sgd" as const,
      learningRate: 1e38,
      scaling: "none" as const,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 0,
      exclude: "norm-and-bias" as const,
    },
  };
  const error = await assertRejects(
    () => runTraining({ ...spec, recipe }, data),
    CorruptError,
    "Cannot go on: the ",
  );
  assert(/lower the learning rate/.test(error.message));
});

Deno.test("several objectives train one encoder, each with its own metrics", async () => {
  await selectBackend("wasm");
  const spec = trainSpec({
    objectives: [
      ...trainSpec().objectives,
      { ...trainSpec({ objective: { name: "rotation" } }).objectives[0]!, weight: 0.5 },
    ],
  });
  const { result } = await runTraining(spec, data);
  const { loss, simclrLoss, rotationLoss, rotationAccuracy, contrastiveAccuracy } =
    result.card.final;
  assert(Math.abs(loss! - (simclrLoss! + 0.5 * rotationLoss!)) < 1e-4);
  assert(rotationAccuracy! >= 0 && contrastiveAccuracy! >= 0);
  assertEquals(result.spec.objectives.map(({ name }) => name), ["simclr", "rotation"]);
});

Deno.test("a run whose other replica has ended fails as such, not with a wrong number", async () => {
  await selectBackend("wasm");
  const before = tf.memory().numTensors;
  const meeting = createMeeting(2);
  const startReplicas = () => {
    breakMeeting(meeting);
    return Promise.resolve(joinMeeting(meeting, 0));
  };
  await assertRejects(() => runTraining(trainSpec(), data, { startReplicas }), WorkerDiedError);
  assertEquals(tf.memory().numTensors, before);
});
