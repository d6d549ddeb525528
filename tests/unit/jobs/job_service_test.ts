import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { JobService as Contract } from "../../../routes/services.ts";
import { ConflictError, InvalidError, NotFoundError } from "../../../src/errors.ts";
import { systemClock } from "../../../src/clock.ts";
import type { JobEvent, JobProgress } from "../../../src/schemas/job.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { JobBench, withBench } from "../../support/job_bench.ts";
import { withTempDir } from "../../support/temp_dir.ts";

const isCheckpoint = (event: JobEvent) => event.type === "checkpoint";

Deno.test("jobs are what the routes expect", () =>
  // Checked by the compiler.
  withBench({}, ({ service }) => Promise.resolve(void (service satisfies Contract))));

Deno.test("a job runs, tells what it does, and ends with a model that is the default", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("finish");
    const job = await bench.end(id);
    assertEquals([job.state, job.attempt, job.error], ["succeeded", 1, null]);
    assert(job.startedAt !== null && job.finishedAt !== null);
    assertEquals(job.progress?.step, 20);

    const events = await bench.recorded(id);
    assertEquals(events.map((event) => event.id), events.map((_, i) => i + 1));
    assertEquals(events.filter(isCheckpoint).map(({ data }) => data), [{ step: 10 }, { step: 20 }]);
    assertEquals(await bench.states(id), ["queued", "running", "succeeded"]);
    const [model, state] = events.slice(-2);
    assertEquals(model, {
      id: events.length - 1,
      time: model!.time,
      type: "model",
      data: { model: job.model!, digest: "20".padStart(64, "0") },
    });
    assertEquals(state?.type, "state");

    const registered = await bench.models.resolve("default");
    assertEquals([registered.id, registered.job, registered.name], [job.model, id, "finish"]);
    assertEquals(registered.card.steps, 20);
    assertEquals(await bench.stored("models"), [`models/${job.model}/weights.safetensors`]);
    // To be extended from.
    assert((await bench.stored("jobs")).includes(`jobs/${id}/checkpoint.safetensors`));
    const metrics = await bench.service.metrics(id, 100);
    assert(metrics.length > 0 && metrics.every(({ type }) => type === "progress"));
  }));

Deno.test("a job that is not to be promoted leaves the default alone", () =>
  withBench({}, async (bench) => {
    await bench.end(await bench.submit("finish", { promote: false }));
    assertEquals(await bench.models.aliases(), []);
    assertEquals((await bench.models.list()).length, 1);
  }));

Deno.test("jobs run one after another, oldest first, as many at a time as there are trainers", () =>
  withBench({ trainers: 2 }, async (bench) => {
    const ids = [await bench.submit("endless"), await bench.submit("endless")];
    const last = await bench.submit("finish");
    for (const id of ids) await bench.reach(id, "running");
    assertEquals(await bench.states(last), ["queued"]);
    await bench.service.cancel(ids[0]!);
    assertEquals((await bench.end(last)).state, "succeeded");
    assertEquals((await bench.jobs.get(ids[1]!)).state, "running");
    const newest = await bench.service.list({ limit: 10 });
    assertEquals(newest.map((job) => job.id), [last, ids[1], ids[0]]);
    await bench.service.cancel(ids[1]!);
  }));

Deno.test("without trainers jobs wait", () =>
  withBench({ trainers: 0 }, async (bench) => {
    const id = await bench.submit("finish");
    assertEquals((await bench.service.pause(id)).state, "paused");
    assertEquals((await bench.service.resume(id)).state, "queued");
    assertEquals((await bench.service.cancel(id)).state, "cancelled");
    assertEquals(await bench.states(id), ["queued", "paused", "queued", "cancelled"]);
  }));

Deno.test("a paused job has a checkpoint, and a resumed one goes on from it", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("endless");
    await bench.until(id, isCheckpoint);
    const paused = await bench.service.pause(id);
    assertEquals([paused.state, paused.attempt, paused.finishedAt], ["paused", 0, null]);
    const checkpoints = (await bench.recorded(id)).filter(isCheckpoint);
    const { step } = checkpoints.at(-1)!.data as { step: number };
    await assertRejects(() => bench.service.pause(id), ConflictError);
    await bench.service.resume(id);
    await assertRejects(() => bench.service.resume(id), ConflictError);
    await bench.until(id, isCheckpoint, checkpoints.at(-1)!.id);
    assertEquals(await bench.notes(id), ["start 1 from step 0", `start 2 from step ${step}`]);
    assertEquals((await bench.service.cancel(id)).state, "cancelled");
    assertEquals(await bench.states(id), [
      "queued",
      "running",
      "paused",
      "queued",
      "running",
      "cancelled",
    ]);
  }));

Deno.test("a cancelled job ends at once, whatever its worker does, and leaves a checkpoint alone", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("deaf");
    await bench.until(id, isCheckpoint);
    const job = await bench.service.cancel(id);
    assertEquals(job.state, "cancelled");
    assert(job.finishedAt !== null);
    assert((await bench.stored("jobs")).includes(`jobs/${id}/checkpoint.safetensors`));
    assertEquals(await bench.stored("models"), []);
    for (const action of ["pause", "resume", "cancel"] as const) {
      const error = await assertRejects(() => bench.service[action](id), ConflictError, action);
      assertEquals(error.errors.map(({ path, value }) => [path, value]), [["id", "cancelled"]]);
    }
  }));

Deno.test("a job can be paused or cancelled before its worker is ready", () =>
  withBench({}, async (bench) => {
    const first = await bench.submit("endless");
    assertEquals((await bench.service.pause(first)).state, "paused");
    const second = await bench.submit("endless");
    assertEquals((await bench.service.cancel(second)).state, "cancelled");
    assertEquals(await bench.notes(first), []);
  }));

Deno.test("cancel overrides a pause that is under way", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("deaf");
    await bench.until(id, isCheckpoint);
    const pausing = bench.service.pause(id);
    const cancelled = await bench.service.cancel(id);
    assertEquals([cancelled.state, (await pausing).state], ["cancelled", "cancelled"]);
  }));

Deno.test("a failure is told with its cause and is final", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("fail");
    const job = await bench.end(id);
    const message = "Cannot train: the loss is no number";
    assertEquals([job.state, job.attempt], ["failed", 1]);
    assertEquals(job.error, { code: "invalid", message });
    const last = (await bench.recorded(id)).at(-1)!;
    assertEquals(last.data, { state: "failed", reason: message });
    assertEquals(await bench.models.list(), []);
  }));

Deno.test("a job whose worker died goes on from its checkpoint", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("crash-2", { steps: 40 });
    const job = await bench.end(id);
    assertEquals(job.state, "succeeded");
    // Each start got as far as a checkpoint, so none of them counts against it.
    assertEquals(await bench.notes(id), [
      "start 1 from step 0",
      "start 2 from step 10",
      "start 3 from step 20",
    ]);
    const reasons = (await bench.recorded(id)).flatMap((event) =>
      event.type === "state" && event.data.reason !== undefined ? [event.data.reason] : []
    );
    assertEquals(reasons.length, 2);
    assertMatch(reasons[0]!, /its worker died, start 1 of 3: .*the driver is gone/);
    assertEquals((await bench.models.list()).length, 1);
  }));

Deno.test("a job that gets on between deaths may die more often than three times", () =>
  withBench({}, async (bench) => {
    const id = await bench.submit("crash-5", { steps: 60 });
    assertEquals((await bench.end(id)).state, "succeeded");
    assertEquals((await bench.notes(id)).length, 6);
  }));

for (const [program, message] of [["doomed", "the driver is gone"], ["away", "the disk is away"]]) {
  Deno.test(`a job that does not get on is given up after three starts (${program})`, () =>
    withBench({}, async (bench) => {
      const lucky = await bench.submit(`${program}-2`);
      assertEquals((await bench.end(lucky)).state, "succeeded");
      const id = await bench.submit(`${program}-3`);
      const job = await bench.end(id);
      assertEquals([job.state, job.attempt], ["failed", 3]);
      assert(job.error?.message.includes(message!), job.error?.message);
      assertEquals(await bench.states(id), [
        "queued",
        "running",
        "queued",
        "running",
        "queued",
        "running",
        "failed",
      ]);
    }));
}

Deno.test("a worker that does not even start counts as dead", () =>
  withBench({ workerUrl: new URL("./no_such_worker.ts", import.meta.url) }, async (bench) => {
    const job = await bench.end(await bench.submit("finish"));
    assertEquals([job.state, job.error?.code, job.attempt], ["failed", "worker_died", 3]);
  }));

Deno.test("a model that cannot be stored fails its job", () =>
  withBench({}, async (bench) => {
    const job = await bench.end(await bench.submit("nan"));
    assertEquals([job.state, job.error?.code], ["failed", "internal"]);
    assertEquals(await bench.stored("models"), []);
  }));

Deno.test("reports are thinned on record, and the last one is kept", () =>
  // While time stands still, only the first and the last report are due.
  withBench({ clock: new FakeClock() }, async (bench) => {
    const id = await bench.submit("chatty", { steps: 5000 });
    const job = await bench.end(id);
    const steps = (await bench.service.metrics(id, 10_000)).map(({ data }) =>
      (data as JobProgress).step
    );
    assertEquals(steps, [1, 5005]);
    assertEquals(job.progress?.step, 5005);
  }));

Deno.test("a stop saves what runs and the next start goes on with it", () =>
  withTempDir(async (folder) => {
    const first = await JobBench.open(folder, { trainers: 2 });
    const id = await first.submit("endless");
    const waiting = [await first.submit("endless"), await first.submit("finish")];
    await first.until(id, isCheckpoint);
    await first.close();

    const second = await JobBench.open(folder, { trainers: 2 });
    await second.reach(id, "running", (await second.recorded(id)).length);
    await second.until(id, ({ type }) => type === "log", 4);
    const states = await second.states(id);
    assertEquals(states, ["queued", "running", "queued", "running"]);
    const [, resumed] = await second.notes(id);
    assertMatch(resumed!, /^start 2 from step [1-9]/);
    assertEquals((await second.jobs.get(id)).attempt, 1);
    for (const job of [id, waiting[0]!]) await second.service.cancel(job);
    assertEquals((await second.end(waiting[1]!)).state, "succeeded");
    await second.close();
  }));

Deno.test("a stop does not wait for a worker that does not listen", () =>
  withTempDir(async (folder) => {
    const bench = await JobBench.open(folder);
    const id = await bench.submit("deaf");
    await bench.until(id, isCheckpoint);
    await bench.service.stop(0);
    const job = await bench.jobs.get(id);
    assertEquals([job.state, job.attempt], ["queued", 0]);
    assertEquals((await bench.stored("jobs")).length, 2);
    await bench.database.close();
  }));

Deno.test("a killed process's job goes on from its checkpoint in the next one", () =>
  withTempDir(async (folder) => {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        new URL("../../support/job_process.ts", import.meta.url).href,
        folder,
      ],
      stdout: "piped",
    }).spawn();
    const reader = process.stdout.getReader();
    const { value } = await reader.read();
    const id = new TextDecoder().decode(value).trim();
    process.kill("SIGKILL");
    await reader.cancel();
    await process.status;

    // Past the lease of the dead process.
    const clock = { ...systemClock, now: () => Date.now() + 10_000 };
    const bench = await JobBench.open(folder, { clock });
    const before = await bench.recorded(id);
    assertEquals((await bench.end(id)).state, "succeeded");
    const events = await bench.recorded(id);
    assertEquals(events.slice(0, before.length), before);
    assertEquals(events.map((event) => event.id), events.map((_, i) => i + 1));
    assertEquals(await bench.states(id), ["queued", "running", "queued", "running", "succeeded"]);
    assertEquals(await bench.notes(id), ["start 1 from step 0", "start 2 from step 10"]);
    await bench.close();
  }));

Deno.test("a job that another process has taken is let go of", () =>
  withTempDir(async (folder) => {
    const clock = new FakeClock();
    const bench = await JobBench.open(folder, { clock });
    const id = await bench.submit("deaf");
    await bench.until(id, isCheckpoint);
    await bench.jobs.requeueExpired(new Date(clock.now() + 1e6));
    await bench.jobs.lease("another process", 1000);
    await clock.advance(2000);
    // Once it is let go of there is room for the next one.
    assertEquals((await bench.end(await bench.submit("finish"))).state, "succeeded");
    assertEquals((await bench.jobs.get(id)).state, "running");
    await assertRejects(() => bench.service.cancel(id), ConflictError);
    await bench.close();
    assertEquals((await bench.stored(`jobs/${id}`)).length, 2);
  }));

Deno.test("a job whose model was known before the process died is done, not trained again", () =>
  withTempDir(async (folder) => {
    const idle = await JobBench.open(folder, { trainers: 0 });
    const donor = await JobBench.open(folder);
    const done = await donor.end(await donor.submit("finish"));
    await donor.close();
    const id = await idle.submit("deaf");
    const model = { ...await idle.models.resolve(done.model!), id: id.replace("job", "model") };
    await idle.models.insert({ ...model, job: id });
    await idle.close();

    const bench = await JobBench.open(folder);
    const job = await bench.end(id);
    assertEquals([job.state, job.model], ["succeeded", model.id]);
    assertEquals(await bench.notes(id), []);
    assertEquals((await bench.models.resolve("default")).id, model.id);
    await bench.close();
  }));

Deno.test("what cannot be trained is refused and leaves no job", () =>
  withBench({}, async (bench) => {
    await assertRejects(() => bench.submit("finish", { batchSize: 2000 }), InvalidError);
    await assertRejects(() => bench.submit("finish", { dataset: "none" }), NotFoundError);
    assertEquals(await bench.service.list({ limit: 10 }), []);
  }));

Deno.test("a job that does not exist is not found", () =>
  withBench({}, async ({ service }) => {
    const id = "job_ffffffffffffffff";
    await assertRejects(() => service.get(id), NotFoundError);
    await assertRejects(() => service.pause(id), NotFoundError);
    await assertRejects(() => service.resume(id), NotFoundError);
    await assertRejects(() => service.cancel(id), NotFoundError);
    await assertRejects(() => service.metrics(id, 10), NotFoundError);
  }));
