import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError, InternalError } from "../../../src/errors.ts";
import { JobStore, type NewJobEvent } from "../../../src/stores/job_store.ts";
import { fakeJob } from "../../support/jobs.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";

const { id } = fakeJob();
const checkpoint = (step: number): NewJobEvent => ({ type: "checkpoint", data: { step } });

async function withJobs(work: (jobs: JobStore) => Promise<void>): Promise<void> {
  await withMemoryDatabase((database) => work(new JobStore(database)));
}

async function recorded(jobs: JobStore): Promise<unknown[]> {
  return (await jobs.eventsAfter(id, 0, 100)).map((event) => [event.id, event.data]);
}

Deno.test("events given with a change are recorded with it, their ids going on", () =>
  withJobs(async (jobs) => {
    await jobs.insert(fakeJob(), [checkpoint(1)]);
    await jobs.lease("a", -1, [checkpoint(2)]);
    await jobs.requeueExpired(new Date(), [checkpoint(3)]);
    await jobs.append(id, [checkpoint(4)]);
    await jobs.update(id, ["queued"], { state: "failed" }, [checkpoint(5), checkpoint(6)]);
    assertEquals(await recorded(jobs), [1, 2, 3, 4, 5, 6].map((step) => [step, { step }]));
  }));

Deno.test("a change that does not happen records nothing", () =>
  withJobs(async (jobs) => {
    await jobs.insert(fakeJob());
    await assertRejects(
      () => jobs.update(id, ["running"], { state: "failed" }, [checkpoint(1)]),
      ConflictError,
    );
    await assertRejects(() => jobs.insert(fakeJob(), [checkpoint(1)]), ConflictError);
    await jobs.lease("a", 10);
    assertEquals(await jobs.lease("b", 10, [checkpoint(1)]), undefined);
    assertEquals(await jobs.requeueExpired(new Date(0), [checkpoint(1)]), []);
    assertEquals(await recorded(jobs), []);
  }));

Deno.test("a change whose event cannot be recorded does not happen", () =>
  withJobs(async (jobs) => {
    await jobs.insert(fakeJob());
    await assertRejects(
      () => jobs.update(id, ["queued"], { state: "failed" }, [checkpoint(NaN)]),
      InternalError,
    );
    assertEquals((await jobs.get(id)).state, "queued");
  }));
