/** Extended runs, runs that stop by themselves, and what is kept of a run's losses. */
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { CancelledError, CorruptError } from "../../../src/errors.ts";
import type { VerdictChange } from "../../../src/schemas/health.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { decodeSafetensors } from "../../../src/tensor/safetensors.ts";
import type { Position } from "../../../src/training/checkpoint.ts";
import { segmentProgress } from "../../../src/training/segment.ts";
import type { TrainEvent } from "../../../src/training/train_event.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { MemoryCheckpoints, runTraining, trainSpec } from "../../support/train_spec.ts";

const data = syntheticSource(40, 16, 3);

function losses(checkpoints: MemoryCheckpoints): number[] {
  return [...new Float32Array(checkpoints.files.get("losses")!.buffer)];
}

function positionOf(checkpoints: MemoryCheckpoints): Position {
  const { metadata } = decodeSafetensors(checkpoints.files.get("checkpoint")!);
  return JSON.parse(metadata.position!);
}

Deno.test("how far a segment is counts from where it began", () => {
  const start = { index: 1, step: 100, seconds: 60 };
  assertEquals(segmentProgress({ steps: 50 }, start, 100, 0), 0);
  assertEquals(segmentProgress({ steps: 50 }, start, 125, 0), 0.5);
  assertEquals(segmentProgress({ steps: 50 }, start, 200, 0), 1);
  assertEquals(segmentProgress({ minutes: 2 }, start, 0, 120), 0.5);
});

Deno.test("an extended run goes on from its end, the learning rate from its schedule's start", async () => {
  await selectBackend("wasm");
  const spec = trainSpec({ budget: { steps: 10 } });
  const checkpoints = new MemoryCheckpoints();
  const first = await runTraining(spec, data, { checkpoints });
  const before = losses(checkpoints);
  const saved = new Map(checkpoints.files);

  const extended = { ...spec, extensions: [{ steps: 5 }] };
  const { result, events } = await runTraining(extended, data, { checkpoints });
  assertEquals(result.card.steps, 15);
  assertMatch(result.card.notes[0]!, /Extended, for the first time after step 10/);
  assert(result.digest !== first.result.digest);
  const after = losses(checkpoints);
  assertEquals([after.length, after.slice(0, 10)], [15, before]);
  const progress = events.flatMap((event) =>
    event.type === "progress" && event.progress.phase === "training" ? [event.progress] : []
  );
  assertEquals([progress[0]!.step, progress[0]!.totalSteps], [11, 15]);
  // The middle of the first of five steps of half a cosine, past the warm-up.
  const { learningRate } = spec.recipe.optimizer;
  const { warmup } = spec.recipe.schedule;
  const factor = 0.5 * (1 + Math.cos(Math.PI * (0.1 - warmup) / (1 - warmup)));
  assertAlmostEquals(progress[0]!.learningRate, learningRate * factor, 1e-8);

  // Stopped in the middle of the extension, it ends with the same bits.
  const again = new MemoryCheckpoints();
  for (const [file, bytes] of saved) again.files.set(file, bytes);
  const stop = new AbortController();
  const onEvent = (event: TrainEvent) => {
    if (event.type === "progress" && event.progress.step === 11) stop.abort();
  };
  await assertRejects(
    () => runTraining(extended, data, { checkpoints: again, signal: stop.signal }, onEvent),
    CancelledError,
  );
  assertEquals(positionOf(again).segment, { ...positionOf(checkpoints).segment });
  const resumed = await runTraining(extended, data, { checkpoints: again });
  assertEquals(resumed.result.digest, result.digest);
  assertEquals(losses(again), after);
});

Deno.test("an extension without the checkpoint it is to go on from is refused", async () => {
  const error = await assertRejects(
    () => runTraining(trainSpec({ extensions: [{ steps: 5 }] }), data),
    CorruptError,
  );
  assertEquals(error.message, "Cannot extend the run: its checkpoint is gone");
});

Deno.test("losses, reports and verdicts of a run stopped many times are those of one that was not", async () => {
  await selectBackend("wasm");
  const spec = trainSpec({
    budget: { steps: 70 },
    objective: { name: "simclr", temperature: 0.2 },
  });
  const changes = (events: TrainEvent[]): VerdictChange[] =>
    events.flatMap((event) => event.type === "verdict" ? [event.change] : []);
  const whole = new MemoryCheckpoints();
  const undisturbed = await runTraining(spec, data, { checkpoints: whole });
  const broken = new MemoryCheckpoints();
  const told: TrainEvent[] = [];
  for (const after of [1, 4, 5, 13, 20]) {
    const stop = new AbortController();
    let steps = 0;
    // Each turn of the loop lets one message in.
    const count = () => {
      if (++steps === after) stop.abort();
      else if (!stop.signal.aborted) setTimeout(count, 0);
    };
    const onEvent = (event: TrainEvent) => {
      told.push(event);
      if (event.type === "progress" && event.progress.phase === "training" && steps === 0) count();
    };
    await assertRejects(
      () => runTraining(spec, data, { checkpoints: broken, signal: stop.signal }, onEvent),
      CancelledError,
    );
  }
  const end = await runTraining(spec, data, { checkpoints: broken }, (event) => told.push(event));
  assertEquals(end.result.digest, undisturbed.result.digest);
  assertEquals(losses(broken), losses(whole));
  assertEquals(losses(whole).length, 70);
  assertEquals(positionOf(broken).health, positionOf(whole).health);
  assertEquals(changes(told), changes(undisturbed.events));
  assertEquals(end.result.card.health, undisturbed.result.card.health);
});

Deno.test("weights that are no numbers are found though the loss is one, and the losses are kept", async () => {
  await selectBackend("wasm");
  const before = tf.memory().numTensors;
  const checkpoints = new MemoryCheckpoints();
  const changes: VerdictChange[] = [];
  const spec = trainSpec({ budget: { steps: 200 } });
  let poisoned = 0;
  const error = await assertRejects(
    () =>
      runTraining(spec, data, { checkpoints }, (event) => {
        if (event.type === "verdict") changes.push(event.change);
        if (event.type !== "progress" || event.progress.step !== 1 || poisoned > 0) return;
        poisoned = event.progress.step;
        // A running statistic: training never reads it, so no loss tells of it.
        const variables = Object.values(tf.engine().registeredVariables);
        const statistic = variables.find(({ trainable }) => !trainable)!;
        statistic.assign(tf.fill(statistic.shape, NaN));
      }),
    CorruptError,
    "Cannot go on: the length of the weights is NaN at step ",
  );
  const step = Number(/at step (\d+)/.exec(error.message)![1]);
  assert(step <= poisoned + 5, `found at step ${step}`);
  assertEquals(changes.at(-1)?.verdict, "diverged");
  assertEquals(losses(checkpoints).length, step);
  assert(losses(checkpoints).every(Number.isFinite));
  assert(tf.memory().numTensors - before <= 1, "the tensor that this test made may be left");
});

Deno.test("a run that diverges after it has learned goes back to its last healthy checkpoint", async () => {
  await selectBackend("wasm");
  const base = trainSpec({
    objective: { name: "simclr", temperature: 0.2 },
    budget: { steps: 100 },
    batchSize: 16,
    autoStop: { on: ["diverged"], patience: 0 },
  });
  const recipe = {
    ...base.recipe,
    optimizer: { ...base.recipe.optimizer, learningRate: 5e-3 },
    schedule: { name: "constant" as const, warmup: 0, warmupEpochs: null },
  };
  const checkpoints = new MemoryCheckpoints();
  let healthy = 0;
  const { result, events } = await runTraining(
    { ...base, recipe },
    data,
    { checkpoints },
    (event) => {
      if (event.type !== "checkpoint" || healthy > 0) return;
      healthy = event.step;
      const variables = Object.values(tf.engine().registeredVariables);
      const kernel = variables.find(({ trainable }) => trainable)!;
      kernel.assign(tf.fill(kernel.shape, NaN));
    },
  );
  assert(healthy > 0 && healthy < 100);
  assertEquals(result.card.steps, healthy);
  assertEquals(result.card.health?.verdict, "learning");
  assertMatch(result.card.notes[0]!, /^Stopped by itself at step \d+, diverged: the .* is NaN/);
  assertMatch(result.card.notes[0]!, new RegExp(`those of step ${healthy}, the last healthy`));
  const { tensors } = decodeSafetensors(result.weights);
  for (const { data } of tensors.values()) assert(data.every(Number.isFinite));
  const warning = events.find((event) => event.type === "log" && event.level === "warn");
  assert(warning?.type === "log" && warning.message.startsWith("stopped at step"));
  assertEquals(positionOf(checkpoints).stopped?.verdict, "diverged");

  // A crash before the model is known does not train it again; an extension does.
  const next = await runTraining({ ...base, recipe }, data, { checkpoints });
  assertEquals(next.result.digest, result.digest);
  const more = { ...base, recipe, extensions: [{ steps: 5 }] };
  const extended = await runTraining(more, data, { checkpoints });
  assertEquals(extended.result.card.steps, healthy + 5);
  assertEquals(losses(checkpoints).length, healthy + 5);
});
