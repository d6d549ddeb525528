import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InvalidError } from "../../../src/errors.ts";
import type { JobService } from "../../../src/jobs/job_service.ts";
import { WASM_HEAP_BYTES } from "../../../src/jobs/step_memory.ts";
import { TournamentPlan } from "../../../src/schemas/job_plan.ts";
import { TournamentRequest } from "../../../src/schemas/tournament.ts";
import { TrainRequest } from "../../../src/schemas/train.ts";
import { withBench } from "../../support/job_bench.ts";

const request = (more: Record<string, unknown> = {}) =>
  TournamentRequest.parse({
    type: "tournament",
    dataset: "digits",
    objectives: ["simclr", "rotation"],
    batchSize: 100,
    ...more,
  });

/** What comes out is what is answered. */
async function planOf(service: JobService, more?: Record<string, unknown>) {
  return TournamentPlan.parse(await service.plan(request(more)));
}

Deno.test("a tournament's plan has that of each entry, and what all of them take together", () =>
  withBench({}, async ({ service }) => {
    const plan = await planOf(service, { minutes: 2, evaluate: { queries: 100 } });
    assertEquals(plan.entries.map(({ label }) => label), ["simclr", "rotation"]);
    for (const { label, plan: entry } of plan.entries) {
      const alone = await service.plan(TrainRequest.parse({
        type: "train",
        dataset: "digits",
        objective: label,
        batchSize: 100,
        minutes: 2,
        evaluate: { queries: 100 },
      }));
      assertEquals(entry, alone);
      // The fake trainer takes a thousandth of a second an image, whatever is trained.
      assertEquals([entry.steps, entry.trainingSeconds], [1200, 120]);
    }
    const [simclr, rotation] = plan.entries.map(({ plan }) => plan);
    assert(rotation!.heapBytes > simclr!.heapBytes, "rotation has four views of each image");
    assertEquals(
      [plan.trainingSeconds, plan.heapBytes, plan.totalBytes],
      [240, rotation!.heapBytes, rotation!.totalBytes],
    );
    assertEquals(plan.heapLimitBytes, WASM_HEAP_BYTES);
    assert(plan.judgingSeconds! > 0);
    assertEquals(plan.seconds, 240 + plan.judgingSeconds!);
    assertEquals(await service.list({ limit: 10 }), []);
  }));

Deno.test("with steps instead of minutes each entry's time is what its steps take", () =>
  withBench({}, async ({ service }) => {
    const plan = await planOf(service, { steps: 40 });
    assertEquals(plan.entries.map(({ plan }) => [plan.steps, plan.trainingSeconds]), [
      [40, 4],
      [40, 4],
    ]);
    assertEquals(plan.trainingSeconds, 8);
  }));

Deno.test("more items, entries and protocols take longer to judge", () =>
  withBench({}, async ({ service }) => {
    const judging = async (more: Record<string, unknown>) =>
      (await planOf(service, more)).judgingSeconds!;
    const few = await judging({ evaluate: { queries: 20, bank: 100 } });
    assert(await judging({ evaluate: { queries: 20, bank: 500 } }) > 3 * few);
    assert(await judging({ evaluate: { queries: 20, bank: 100, protocols: ["knn"] } }) < few);
    const objectives = ["simclr", "rotation", "jigsaw"];
    assert(await judging({ objectives, evaluate: { queries: 20, bank: 100 } }) > few);
  }));

Deno.test("an entry that cannot fit is refused with figures, and left out where none was named", () =>
  withBench({}, async ({ service }) => {
    // Four views of 128 pixels do not fit, two would.
    const large = { imageSize: 128, encoder: { name: "resnet8", width: 32 }, batchSize: 30 };
    const { errors, message } = await assertRejects(
      () => service.plan(request({ ...large, objectives: ["simclr", "rotation"] })),
      InvalidError,
    );
    assertMatch(message, /^Cannot hold the tournament: batchSize must be at most \d+/);
    assertEquals(errors.map(({ path, value }) => [path, value]), [["batchSize", 30]]);
    assertMatch(errors[0]!.rule, /a step needs \d+ bytes .* for rotation$/);
    const { objectives: _, ...all } = request(large);
    const plan = await service.plan(all);
    assert(plan.type === "tournament");
    assert(plan.leftOut.some(({ label, reason }) => label === "rotation" && /GiB/.test(reason)));
    assert(plan.entries.some(({ label }) => label === "simclr"));
  }));

Deno.test("a warning is told once: of whom, where it is not of all", () =>
  withBench({}, async ({ service }) => {
    const { warnings, entries } = await planOf(service, {
      steps: 1,
      objectives: [{ objective: "simclr", recipe: { schedule: { warmup: 0 } } }, "rotation"],
      batchSize: 400,
    });
    assert(warnings.some((text) => text.startsWith("The run is shorter than one epoch")));
    assertEquals(new Set(warnings).size, warnings.length);
    const own = entries[1]!.plan.warnings.filter((text) =>
      !entries[0]!.plan.warnings.includes(text)
    );
    for (const text of own) assert(warnings.includes(`rotation: ${text}`), warnings.join("; "));
  }));

Deno.test("when nobody waits for the plan any more, no further step is measured", () =>
  withBench({}, async ({ service }) => {
    const gone = AbortSignal.abort(new Error("the client has left"));
    await assertRejects(() => service.plan(request(), gone), Error, "the client has left");
  }));
