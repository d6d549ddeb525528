import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InvalidError, OverloadedError, UnavailableError } from "../../../src/errors.ts";
import { type Clock, systemClock } from "../../../src/clock.ts";
import type { JobService } from "../../../src/jobs/job_service.ts";
import { StepClock } from "../../../src/jobs/step_clock.ts";
import { silentLogger } from "../../../src/log.ts";
import type { JobPlan } from "../../../src/schemas/job_plan.ts";
import { TrainRequest } from "../../../src/schemas/train.ts";
import { JobBench } from "../../support/job_bench.ts";
import { withTempDir } from "../../support/temp_dir.ts";
import { trainSpec } from "../../support/train_spec.ts";

const request = (more: Record<string, unknown> = {}) =>
  TrainRequest.parse({ type: "train", dataset: "digits", batchSize: 100, ...more });

async function planOf(service: JobService, body: TrainRequest): Promise<JobPlan> {
  const plan = await service.plan(body);
  assert(plan.type === "train");
  return plan;
}

const withBench = (work: (bench: JobBench) => Promise<void>) =>
  withTempDir(async (folder) => {
    const bench = await JobBench.open(folder);
    try {
      await work(bench);
    } finally {
      await bench.close();
    }
  });

Deno.test("a plan says what the job that is then submitted will be", () =>
  withBench(async ({ service }) => {
    const plan = await planOf(service, request({ epochs: 5, evaluate: false }));
    const { batchSize, steps, epochs, secondsPerStep, trainingSeconds, stepsPerEpoch } = plan;
    assertEquals([batchSize, stepsPerEpoch, steps, epochs], [100, 10, 50, 5]);
    // The fake trainer takes a thousandth of a second an image.
    assertEquals([secondsPerStep, trainingSeconds], [0.1, 5]);
    assertEquals(plan.totalBytes, plan.heapBytes + plan.pixelBytes);
    assertEquals(plan.warnings.length, 1);
    assertMatch(plan.warnings[0]!, /^Nothing is evaluated/);
    assertEquals(await service.list({ limit: 10 }), []);
  }));

Deno.test("a run in minutes is as many steps as it has time for", () =>
  withBench(async ({ service }) => {
    const { steps, trainingSeconds } = await planOf(service, request({ minutes: 1 }));
    assertEquals([steps, trainingSeconds], [600, 60]);
  }));

Deno.test("what is likely not meant is warned of", () =>
  withBench(async ({ service }) => {
    const { warnings } = await service.plan(request({
      batchSize: 700,
      chunkSize: 10,
      evaluate: false,
      steps: 2,
      recipe: { schedule: { warmup: 0.1 } },
    }));
    for (const pattern of [/batch of 700/, /warm-up/, /evaluated/, /statistics of 10 images/]) {
      assert(warnings.some((text) => pattern.test(text)), `${pattern} in ${warnings}`);
    }
  }));

Deno.test("a plan is refused where the job would be", () =>
  withBench(async ({ service }) => {
    const body = request({ imageSize: 256, encoder: { name: "resnet8", width: 64 } });
    const refused = await assertRejects(() => service.plan(body), InvalidError);
    const same = await assertRejects(() => service.submit(body), InvalidError);
    assertEquals(refused.errors, same.errors);
    assertEquals(refused.errors[0]?.path, "batchSize");
  }));

/** A clock with fake trainers. */
function stepClock(busy = () => false, clock: Clock = systemClock): StepClock {
  return new StepClock({
    config: { replicas: 1, backend: "wasm", maxPixels: 1000 },
    workerUrl: new URL("../../support/fake_trainer.ts", import.meta.url),
    blobs: { url: "file:///nowhere" },
    temporaryFolder: "/tmp",
    log: silentLogger,
    busy,
    clock,
  });
}

Deno.test("a network is measured once, unless a job trained meanwhile", async () => {
  let asked = 0;
  let training = true;
  const clock = stepClock(() => {
    asked++;
    return training;
  });
  const spec = trainSpec({ batchSize: 4000 });
  assertEquals(await clock.measure(spec, 1), { seconds: 4, disturbed: true });
  training = false;
  assertEquals(await clock.measure(spec, 1), { seconds: 4, disturbed: false });
  const before = asked;
  assertEquals(await clock.measure({ ...spec, seed: 8 }, 1), { seconds: 4, disturbed: false });
  assertEquals(asked, before);
  await clock.stop();
});

Deno.test("many that wait are refused, and a stopped clock measures nothing", async () => {
  const clock = stepClock();
  const specs = [4, 5, 6, 7].map((width) => trainSpec({ encoder: { name: "small_conv", width } }));
  const measured = Promise.allSettled(specs.map((spec) => clock.measure(spec, 1)));
  const fifth = trainSpec({ encoder: { name: "small_conv", width: 8 } });
  await assertRejects(() => clock.measure(fifth, 1), OverloadedError);
  await clock.stop();
  for (const result of await measured) assertEquals(result.status, "rejected");
  await assertRejects(() => clock.measure(fifth, 1), UnavailableError);
});

Deno.test("what nobody waits for any more is not measured, and takes no place", async () => {
  const clock = stepClock();
  const leave = new AbortController();
  const specs = [4, 5, 6, 7].map((width) => trainSpec({ encoder: { name: "small_conv", width } }));
  const [first, ...left] = specs.map((spec, i) =>
    clock.measure(spec, 1, i === 0 ? undefined : leave.signal)
  );
  const gone = Promise.allSettled(left);
  const next = trainSpec({ encoder: { name: "small_conv", width: 8 } });
  await assertRejects(() => clock.measure(next, 1), OverloadedError);
  leave.abort(new Error("the client has left"));
  for (const { status } of await gone) assertEquals(status, "rejected");
  // It has a place now; and who asks again for what was left waits for it as ever.
  const found = await Promise.all([first, clock.measure(next, 1), clock.measure(specs[3]!, 1)]);
  for (const time of found) assert(time!.seconds > 0);
  await assertRejects(() => clock.measure(specs[1]!, 1, leave.signal), Error, "has left");
  await clock.stop();
});

Deno.test("a measurement that does not end is given up, and is not tried again", async () => {
  // The deadline passes after half a second; other timers never fire.
  let worked = 0;
  const impatient: Clock = {
    now: () => systemClock.now(),
    schedule: (ms, task) => ms === 20_000 ? systemClock.schedule(500, task) : () => {},
  };
  const clock = stepClock(() => {
    worked++;
    return false;
  }, impatient);
  const endless = trainSpec({ name: "endless" });
  assertEquals(await clock.measure(endless, 1), null);
  const before = worked;
  assertEquals(await clock.measure(endless, 1), null);
  assertEquals(worked, before);
  await clock.stop();
});
