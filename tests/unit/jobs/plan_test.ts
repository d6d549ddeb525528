import { assert, assertEquals, assertRejects } from "@std/assert";
import { CancelledError, InvalidError, WorkerDiedError } from "../../../src/errors.ts";
import type { Plan } from "../../../src/schemas/plan.ts";
import { TrainRequest } from "../../../src/schemas/train.ts";
import { JobBench } from "../../support/job_bench.ts";
import { withTempDir } from "../../support/temp_dir.ts";

const never = new AbortController().signal;

async function withBench(work: (bench: JobBench) => Promise<void>): Promise<void> {
  await withTempDir(async (folder) => {
    const bench = await JobBench.open(folder);
    try {
      await work(bench);
    } finally {
      await bench.close();
    }
  });
}

async function plan(
  bench: JobBench,
  body: Record<string, unknown>,
  signal = never,
): Promise<Plan> {
  return await bench.service.plan(
    TrainRequest.parse({ type: "train", dataset: "digits", ...body }),
    signal,
  );
}

const codes = ({ warnings }: Plan) => warnings.map(({ code }) => code);

Deno.test("a plan tells steps, time and memory of what would be queued, and queues nothing", async () => {
  await withBench(async (bench) => {
    // 1,000 items less 200 held out: 8 whole batches of 100; a second an image.
    const answer = await plan(bench, { batchSize: 100, epochs: 3 });
    assertEquals(
      [answer.steps, answer.epochs, answer.secondsPerStep, answer.trainingSeconds],
      [24, 3, 100, 2400],
    );
    assertEquals(answer.memory.pixelBytes, 800 * 28 * 28);
    assertEquals(
      answer.memory.totalBytes,
      answer.memory.tensorBytes + answer.memory.pixelBytes,
    );
    assertEquals(answer.memory.limitBytes, 4 * 2 ** 30);
    assertEquals([answer.replicas, answer.chunkSize, answer.warnings], [1, null, []]);
    assertEquals(await bench.service.list({ limit: 10 }), []);
  });
});

Deno.test("a plan in minutes has the steps that fit", async () => {
  await withBench(async (bench) => {
    const answer = await plan(bench, { batchSize: 10, minutes: 5 });
    assertEquals([answer.steps, answer.trainingSeconds], [30, 300]);
  });
});

Deno.test("a plan warns of what will disappoint", async () => {
  await withBench(async (bench) => {
    assertEquals(codes(await plan(bench, { batchSize: 500 })), ["few_steps_an_epoch"]);
    assertEquals(codes(await plan(bench, { steps: 10, batchSize: 100 })), ["short_warmup"]);
    assertEquals(codes(await plan(bench, { chunkSize: 16 })), ["chunk_statistics"]);
    assertEquals(codes(await plan(bench, { evaluate: false })), []);
  });
});

Deno.test("what was measured beside a job says so, and is measured anew when it has ended", async () => {
  await withBench(async (bench) => {
    const id = await bench.submit("endless");
    await bench.reach(id, "running");
    assertEquals(codes(await plan(bench, {})), ["measured_while_training"]);
    await bench.service.cancel(id);
    assertEquals(codes(await plan(bench, {})), []);
  });
});

Deno.test("what cannot fit is refused as a plan as it is as a job", async () => {
  await withBench(async (bench) => {
    const body = { imageSize: 512, encoder: { name: "resnet20", width: 256 }, batchSize: 100 };
    const asPlan = await assertRejects(() => plan(bench, body), InvalidError);
    const asJob = await assertRejects(() => bench.submit("finish", body), InvalidError);
    assertEquals(asPlan.errors, asJob.errors);
    assert(asPlan.message.includes("bytes) in each of 1 workers"));
  });
});

Deno.test("a client that has gone is not measured for; a measurement that dies fails its plan alone", async () => {
  await withBench(async (bench) => {
    const gone = new AbortController();
    const waiting = plan(bench, { batchSize: 13 }, gone.signal);
    const next = plan(bench, { batchSize: 10 });
    setTimeout(() => gone.abort(), 300);
    await assertRejects(() => waiting, CancelledError);
    assertEquals((await next).secondsPerStep, 10);
    await assertRejects(() => plan(bench, { batchSize: 17 }), WorkerDiedError);
    assertEquals((await plan(bench, { batchSize: 11 })).secondsPerStep, 11);
  });
});
