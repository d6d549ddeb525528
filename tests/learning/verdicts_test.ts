/** Verdicts on real runs: each kind of run gets the verdict that is its own. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CorruptError } from "../../src/errors.ts";
import type { HealthReport, VerdictChange } from "../../src/schemas/health.ts";
import type { OptimizerOptions } from "../../src/schemas/recipe.ts";
import { selectBackend } from "../../src/tensor/backend.ts";
import { syntheticSource } from "../support/synthetic_images.ts";
import { MemoryCheckpoints, runTraining, trainSpec } from "../support/train_spec.ts";

const data = syntheticSource(120, 16, 3);
const CONSTANT = { name: "constant" as const, warmup: 0, warmupEpochs: null };

function spec(
  parts: Parameters<typeof trainSpec>[0],
  optimizer: Partial<OptimizerOptions>,
  steps = 80,
) {
  const base = trainSpec({
    objective: { name: "simclr", temperature: 0.2 },
    batchSize: 32,
    budget: { steps },
    ...parts,
  });
  const recipe = {
    ...base.recipe,
    schedule: CONSTANT,
    optimizer: { ...base.recipe.optimizer, ...optimizer } as OptimizerOptions,
  };
  return { ...base, recipe };
}

const sgd = (learningRate: number, weightDecay = 0) => ({
  name: "sgd" as const,
  learningRate,
  momentum: 0,
  nesterov: false,
  weightDecay,
});

async function run(of: ReturnType<typeof spec>, checkpoints = new MemoryCheckpoints()) {
  await selectBackend("wasm");
  const changes: VerdictChange[] = [];
  const reports: HealthReport[] = [];
  const outcome = await runTraining(of, data, { checkpoints }, (event) => {
    if (event.type === "verdict") changes.push(event.change);
    const report = event.type === "progress" ? event.progress.health?.report : undefined;
    if (report) reports.push(report);
  });
  return { ...outcome, changes, reports, health: outcome.result.card.health! };
}

Deno.test("a run that learns is learning", async () => {
  const { changes, health } = await run(spec({}, { learningRate: 5e-3 }));
  assertEquals(changes.map(({ verdict }) => verdict), ["learning"]);
  assertEquals(health.verdict, "learning");
  assertMatch(health.reason, /the loss fell from \d\.\d+ to \d\.\d+ \(chance: 4\.14\)/);
  const { h, projections } = health.report!;
  assert(h.effectiveRank > 10 && h.effectiveRank <= h.dimensions);
  assert(projections.simclr!.entropy < projections.simclr!.maxEntropy);
});

Deno.test("a run whose rate is next to nothing is warming up, then on a plateau, never learning", async () => {
  const { changes, health } = await run(spec({}, { learningRate: 1e-9 }, 150));
  assertEquals(changes.map(({ verdict }) => verdict), ["plateau"]);
  assertMatch(health.reason, /is not clearly below where it began/);
});

Deno.test("a temperature that tells no negatives apart collapses the projections", async () => {
  const objective = { name: "simclr", temperature: 10 };
  const { health } = await run(spec({ objective }, { learningRate: 5e-3 }));
  assertEquals(health.verdict, "collapsing");
  assertMatch(health.reason, /effective rank of the projections of simclr fell from \d+\.?\d* to/);
});

Deno.test("weight decay that eats the weights collapses the run, and auto-stop says so", async () => {
  const autoStop = { on: ["collapsing" as const], patience: 10 };
  const error = await assertRejects(
    () => run(spec({ autoStop }, sgd(0.2, 1), 200)),
    CorruptError,
    "Cannot go on: the ",
  );
  assertMatch(error.message, /while the loss .*no healthy checkpoint to go back to/);
});

Deno.test("a rate far too high diverges long before its numbers are none", async () => {
  const { changes, health } = await run(spec({}, sgd(100), 60));
  assertEquals(changes.at(-1)!.verdict, "diverged");
  assertMatch(health.reason, /length of the weights grew|the loss rose/);
});

Deno.test("stopped on a plateau, a run ends early with its model and says so", async () => {
  const autoStop = { on: ["plateau" as const], patience: 5 };
  const { result, events } = await run(spec({ autoStop }, { learningRate: 1e-9 }, 1000));
  assert(result.card.steps < 300, `${result.card.steps}`);
  assertMatch(result.card.notes[0]!, /^Stopped by itself at step \d+, plateau: the loss/);
  assert(events.some((event) => event.type === "log" && event.message.startsWith("stopped at")));
});
