import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { ConflictError, InternalError, NotFoundError } from "../../../src/errors.ts";
import { EncoderSpec } from "../../../src/schemas/encoder.ts";
import type { Job, JobProgress, TrainJob } from "../../../src/schemas/job.ts";
import { newId } from "../../../src/schemas/name.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import { JobStore } from "../../../src/stores/job_store.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";

const CREATED = "2026-01-01T00:00:00.000Z";

function makeJob(change: Partial<TrainJob> = {}, dataset = "ds_0000000000000001"): TrainJob {
  return {
    id: newId("job"),
    type: "train",
    state: "queued",
    spec: {
      type: "train",
      name: "digits",
      dataset,
      datasetName: "digits",
      evaluationDataset: null,
      objectives: [{ spec: { name: "rotation", rotations: 4 }, weight: 1 }],
      encoder: EncoderSpec.parse({ name: "small_conv" }),
      preprocessing: { size: 28, channels: 1, mean: 0.5, standardDeviation: 0.25 },
      recipe: recipePreset("rotation"),
      batchSize: 8,
      chunkSize: null,
      budget: { steps: 10 },
      limit: null,
      evaluate: null,
      seed: 0,
      checkpointSeconds: 30,
      promote: true,
      autoStop: null,
      extensions: [],
    },
    attempt: 0,
    progress: null,
    error: null,
    model: null,
    createdAt: CREATED,
    startedAt: null,
    finishedAt: null,
    ...change,
  };
}

function makeProgress(step: number): JobProgress {
  return {
    phase: "training",
    step,
    totalSteps: 100,
    epoch: 0,
    fraction: step / 100,
    secondsLeft: null,
    viewsPerSecond: 1,
    learningRate: 0.1,
    metrics: { loss: 1 / 3 },
  };
}

/** A store whose clock the test moves. */
function withStore(
  work: (store: JobStore, clock: { now: number }) => Promise<void>,
): Promise<void> {
  const clock = { now: Date.parse(CREATED) };
  return withMemoryDatabase((database) =>
    work(new JobStore(database, { now: () => clock.now }), clock)
  );
}

Deno.test("a job comes back as it was inserted", () =>
  withStore(async (store) => {
    const job = makeJob({
      progress: makeProgress(3),
      error: { code: "internal", message: "why: “quotes” and \n lines" },
    });
    await store.insert(job);
    assertEquals(await store.get(job.id), job);
  }));

Deno.test("an id can be inserted once, and an unknown one is not found", () =>
  withStore(async (store) => {
    const job = makeJob();
    await store.insert(job);
    await assertRejects(() => store.insert(job), ConflictError);
    await assertRejects(() => store.get("job_ffffffffffffffff"), NotFoundError, "job_ffff");
    await assertRejects(
      () => store.update("job_ffffffffffffffff", ["queued"], { attempt: 1 }),
      NotFoundError,
    );
    await assertRejects(() => store.append("job_ffffffffffffffff", []), NotFoundError);
  }));

Deno.test("jobs are listed newest first, of one state if asked, up to the limit", () =>
  withStore(async (store) => {
    const jobs = [makeJob(), makeJob({ state: "paused" }), makeJob()];
    for (const job of jobs) await store.insert(job);
    const ids = (list: Job[]) => list.map((job) => job.id);
    assertEquals(ids(await store.list({ limit: 10 })), ids(jobs).reverse());
    assertEquals(ids(await store.list({ limit: 1 })), [jobs[2]!.id]);
    assertEquals(ids(await store.list({ state: "paused", limit: 10 })), [jobs[1]!.id]);
    assertEquals(await store.list({ state: "failed", limit: 10 }), []);
    assertEquals(await store.counts(), { queued: 2, paused: 1 });
  }));

Deno.test("update changes what the patch names, to null too, and nothing else", () =>
  withStore(async (store) => {
    const job = makeJob({ error: { code: "internal", message: "x" } });
    await store.insert(job);
    const patch = { progress: makeProgress(5), error: null, startedAt: "2026-01-02T00:00:00.000Z" };
    assertEquals(await store.update(job.id, ["queued"], patch), { ...job, ...patch });
    assertEquals(await store.get(job.id), { ...job, ...patch });
    assertEquals(await store.update(job.id, ["queued"], {}), { ...job, ...patch });
  }));

Deno.test("update refuses a job in an unexpected state and leaves it alone", () =>
  withStore(async (store) => {
    const job = makeJob({ state: "cancelled" });
    await store.insert(job);
    await assertRejects(
      () => store.update(job.id, ["running", "paused"], { state: "succeeded" }),
      ConflictError,
      "must be running or paused but is cancelled",
    );
    assertEquals(await store.get(job.id), job);
  }));

Deno.test("of two updates from the same state one wins", () =>
  withStore(async (store) => {
    const job = makeJob({ state: "running" });
    await store.insert(job);
    const results = await Promise.allSettled([
      store.update(job.id, ["running"], { state: "paused" }),
      store.update(job.id, ["running"], { state: "cancelled" }),
    ]);
    assertEquals(results.map((result) => result.status), ["fulfilled", "rejected"]);
    assertEquals((await store.get(job.id)).state, "paused");
  }));

Deno.test("a value that JSON cannot hold is refused, not stored as null", () =>
  withStore(async (store) => {
    const job = makeJob();
    await store.insert(job);
    const progress = { ...makeProgress(1), metrics: { loss: NaN } };
    await assertRejects(() => store.update(job.id, ["queued"], { progress }), InternalError);
    await assertRejects(
      () => store.append(job.id, [{ type: "progress", data: progress }]),
      InternalError,
    );
    assertEquals(await store.get(job.id), job);
    assertEquals(await store.eventsAfter(job.id, 0, 10), []);
  }));

Deno.test("a lease takes the oldest queued job, counts the attempt, and takes it once", () =>
  withStore(async (store, clock) => {
    const jobs = [makeJob({ state: "paused" }), makeJob(), makeJob()];
    for (const job of jobs) await store.insert(job);
    clock.now += 5000;
    const [first, second, third] = await Promise.all(
      ["a", "b", "c"].map((owner) => store.lease(owner, 10)),
    );
    assertEquals(first, {
      ...jobs[1]!,
      state: "running",
      attempt: 1,
      startedAt: "2026-01-01T00:00:05.000Z",
    });
    assertEquals(second?.id, jobs[2]!.id);
    assertEquals(third, undefined);
  }));

Deno.test("a job without heartbeat goes back to the queue when its lease has expired", () =>
  withStore(async (store, clock) => {
    const job = makeJob();
    await store.insert(job);
    const leased = await store.lease("a", 10);
    clock.now += 9_000;
    assert(await store.heartbeat(job.id, "a", 10));
    clock.now += 9_000;
    assertEquals(await store.requeueExpired(new Date(clock.now)), []);
    clock.now += 1_000;
    const requeued = await store.requeueExpired(new Date(clock.now));
    assertEquals(requeued, [{ ...leased!, state: "queued" }]);
    assertEquals(await store.get(job.id), requeued[0]);
    assertFalse(await store.heartbeat(job.id, "a", 10), "the lease is lost");

    const again = await store.lease("b", 10);
    assertEquals(again?.attempt, 2);
    assertEquals(again?.startedAt, leased?.startedAt, "the first start is kept");
    assertFalse(await store.heartbeat(job.id, "a", 10), "another owner holds it");
    assert(await store.heartbeat(job.id, "b", 10));
  }));

Deno.test("a released job keeps its place in the queue", () =>
  withStore(async (store) => {
    const jobs = [makeJob(), makeJob()];
    for (const job of jobs) await store.insert(job);
    await store.lease("a", 10);
    assert(await store.release(jobs[0]!.id));
    assertFalse(await store.release(jobs[0]!.id));
    assertEquals((await store.lease("a", 10))?.id, jobs[0]!.id);
  }));

Deno.test("a paused job has no lease: it neither expires nor has a heartbeat", () =>
  withStore(async (store, clock) => {
    const job = makeJob();
    await store.insert(job);
    await store.lease("a", 10);
    await store.update(job.id, ["running"], { state: "paused" });
    assertFalse(await store.heartbeat(job.id, "a", 10));
    assertEquals(await store.requeueExpired(new Date(clock.now + 1e9)), []);
  }));

Deno.test("events count from 1 within their job, also from callers at the same time", () =>
  withStore(async (store) => {
    const jobs = [makeJob(), makeJob()];
    for (const job of jobs) await store.insert(job);
    const [id, other] = jobs.map((job) => job.id) as [string, string];
    const log = (message: string) => ({ type: "log", data: { level: "info", message } }) as const;
    await Promise.all([
      store.append(id, [{ type: "state", data: { state: "running" } }, log("one")]),
      store.append(other, [log("of the other job")]),
      store.append(id, [log("two"), { type: "checkpoint", data: { step: 3 } }]),
    ]);
    const events = await store.eventsAfter(id, 0, 10);
    assertEquals(events, [
      { id: 1, time: CREATED, type: "state", data: { state: "running" } },
      { id: 2, time: CREATED, ...log("one") },
      { id: 3, time: CREATED, ...log("two") },
      { id: 4, time: CREATED, type: "checkpoint", data: { step: 3 } },
    ]);
    assertEquals(await store.eventsAfter(id, 2, 1), [events[2]!]);
    assertEquals(await store.eventsAfter(id, 4, 10), []);
    assertEquals((await store.eventsAfter(other, 0, 10)).map((event) => event.id), [1]);
  }));

Deno.test("progress events are thinned evenly, first and last kept", () =>
  withStore(async (store) => {
    const job = makeJob();
    await store.insert(job);
    const steps = async (limit: number) =>
      (await store.progressEvents(job.id, limit)).map((event) =>
        event.type === "progress" ? event.data.step : -1
      );
    assertEquals(await steps(5), []);
    await store.append(job.id, [{ type: "progress", data: makeProgress(0) }]);
    assertEquals(await steps(5), [0]);
    const more = Array.from({ length: 100 }, (_, i) => [
      { type: "progress", data: makeProgress(i + 1) } as const,
      { type: "checkpoint", data: { step: i } } as const,
    ]).flat();
    await store.append(job.id, more);
    assertEquals(await steps(5), [0, 25, 50, 75, 100]);
    assertEquals(await steps(2), [0, 100]);
    assertEquals(await steps(1), [0]);
    assertEquals((await steps(101)).length, 101);
    assertEquals((await steps(1000)).length, 101);
    const seventy = await steps(70);
    assertEquals(seventy.length, 70);
    assertEquals(seventy.at(-1), 100);
  }));

Deno.test("a data set is in use while a job that has not ended names it", () =>
  withStore(async (store) => {
    const job = makeJob({}, "ds_000000000000000a");
    job.spec.evaluationDataset = "ds_000000000000000b";
    await store.insert(job);
    for (const state of ["queued", "running", "paused"] as const) {
      await store.update(job.id, ["queued", "running", "paused"], { state });
      assert(await store.usesDataset("ds_000000000000000a"), state);
      assert(await store.usesDataset("ds_000000000000000b"), state);
      assertFalse(await store.usesDataset("ds_000000000000000c"));
    }
    await store.update(job.id, ["paused"], { state: "failed" });
    assertFalse(await store.usesDataset("ds_000000000000000a"));
    assertFalse(await store.usesDataset("ds_000000000000000b"));
  }));
