import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConflictError, NotFoundError } from "../../../src/errors.ts";
import { budgetText, extendTrain } from "../../../src/jobs/extend_train.ts";
import { modelIdOf } from "../../../src/jobs/model_ids.ts";
import { jobFile } from "../../../src/protocol/job_files.ts";
import { fakeDatasets } from "../../support/datasets.ts";
import { withBench } from "../../support/job_bench.ts";
import { fakeJob, fakeSpec } from "../../support/jobs.ts";

Deno.test("a job that succeeded is extended: it goes on, and a second model comes out", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("finish");
    const first = await bench.end(id);
    const queued = await bench.service.extend(id, { steps: 30 });
    assertEquals([queued.state, queued.finishedAt, queued.model], ["queued", null, first.model]);
    const job = await bench.end(id);
    assertEquals([job.state, job.attempt], ["succeeded", 1]);
    assert(job.model !== first.model);
    assert(job.type === "train");
    assertEquals(job.spec.extensions, [{ steps: 30 }]);
    assertEquals(await bench.notes(id), ["start 1 from step 0", "start 2 from step 20"]);
    assertEquals(await bench.states(id), [
      "queued",
      "running",
      "succeeded",
      "queued",
      "running",
      "succeeded",
    ]);
    assertEquals((await bench.models.list()).length, 2);
    assertEquals((await bench.models.resolve("default")).id, job.model);
  }));

Deno.test("a cancelled job is extended from its checkpoint; others are not", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("endless");
    await bench.until(id, ({ type }) => type === "checkpoint");
    await assertRejects(() => bench.service.extend(id, { steps: 1 }), ConflictError, "running");
    await bench.service.cancel(id);
    assertEquals((await bench.service.extend(id, { steps: 1 })).state, "queued");
    await assertRejects(() => bench.service.extend(id, { steps: 1 }), ConflictError);
    await bench.service.cancel(id);

    const failed = await bench.submit("fail");
    await bench.end(failed);
    await assertRejects(() => bench.service.extend(failed, { steps: 1 }), ConflictError, "failed");
    await assertRejects(
      () => bench.service.extend("job_0000000000000000", { steps: 1 }),
      NotFoundError,
    );
  }));

Deno.test("a job cancelled before it had a checkpoint cannot be extended", () =>
  withBench({ trainers: 0 }, async (bench) => {
    const id = await bench.submit("finish");
    await bench.service.cancel(id);
    await assertRejects(
      () => bench.service.extend(id, { steps: 1 }),
      ConflictError,
      "it has no checkpoint",
    );
  }));

Deno.test("of ended jobs only the newest keep their checkpoints; one that is paused keeps its own", () =>
  withBench({ keepCheckpoints: 1 }, async (bench) => {
    const paused = await bench.submit("endless");
    await bench.until(paused, ({ type }) => type === "checkpoint");
    await bench.service.pause(paused);
    const [first, second] = [await bench.submit("finish"), await bench.submit("finish")];
    await bench.end(first);
    await bench.end(second);
    // The next one is taken only when the last one's files have been looked after.
    await bench.end(await bench.submit("fail"));
    const kept = (await bench.stored("jobs")).filter((key) =>
      key.endsWith("checkpoint.safetensors")
    );
    assertEquals(
      kept.toSorted(),
      [paused, second].map((id) => jobFile(id, "checkpoint")).toSorted(),
    );
    await assertRejects(() => bench.service.extend(first, { steps: 1 }), ConflictError);
    await bench.service.cancel(paused);
  }));

Deno.test("losses are read as they were stored, from a step on; none are there at first", () =>
  withBench({ trainers: 0 }, async (bench) => {
    const id = await bench.submit("finish");
    assertEquals(await bench.service.losses(id, 1, 10), { from: 1, total: 0, losses: [] });
    const stored = Float32Array.of(0.1, NaN, 3, 4);
    await bench.blobs.put(jobFile(id, "losses"), new Uint8Array(stored.buffer));
    assertEquals(await bench.service.losses(id, 1, 3), {
      from: 1,
      total: 4,
      losses: [Math.fround(0.1), null, 3],
    });
    assertEquals((await bench.service.losses(id, 4, 3)).losses, [4]);
    assertEquals((await bench.service.losses(id, 9, 3)).losses, []);
    await assertRejects(() => bench.service.losses("job_0000000000000000", 1, 1), NotFoundError);
  }));

Deno.test("epochs become steps by what is trained on; a data set that is gone is said so", async () => {
  const spec = {
    ...fakeSpec(),
    batchSize: 100,
    evaluate: { queries: 100, bank: 10, protocols: ["knn" as const], every: null },
  };
  const datasets = fakeDatasets({});
  const { count, id } = await datasets.get("digits");
  const known = { ...spec, dataset: id };
  const { extensions } = await extendTrain(known, { epochs: 2 }, datasets);
  assertEquals(extensions, [{ steps: 2 * Math.floor((count - 100) / 100) }]);
  const twice = await extendTrain({ ...known, extensions }, { minutes: 3 }, datasets);
  assertEquals(twice.extensions, [...extensions, { minutes: 3 }]);
  assertEquals(budgetText({ minutes: 3 }), "3 minutes");
  await assertRejects(
    () => extendTrain({ ...known, dataset: "ds_ffffffffffffffff" }, { steps: 1 }, datasets),
    ConflictError,
    "its data set was deleted",
  );
});

Deno.test("each extension's model has an id of its own, the same at every attempt", () => {
  const job = fakeJob(255);
  const extended = { ...job, spec: { ...job.spec, extensions: [{ steps: 1 }] } };
  assertEquals(modelIdOf(job), "model_00000000000000ff");
  assertEquals(modelIdOf(extended), "model_0000000000000100");
  const last = { ...extended, id: "job_ffffffffffffffff" };
  assertEquals(modelIdOf(last), "model_0000000000000000");
});
