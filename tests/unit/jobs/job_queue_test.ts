import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { JobQueue } from "../../../src/jobs/job_queue.ts";
import { ProgressFeed } from "../../../src/jobs/progress_feed.ts";
import { silentLogger } from "../../../src/log.ts";
import { JobStore } from "../../../src/stores/job_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fakeJob } from "../../support/jobs.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";

interface Bench {
  clock: FakeClock;
  jobs: JobStore;
  /** The queue as another process sees it. */
  open(): JobQueue;
  /** The states of a job, with reasons. */
  states(id: string): Promise<string[]>;
}

async function withQueues(work: (bench: Bench) => Promise<void>): Promise<void> {
  await withMemoryDatabase(async (database) => {
    const clock = new FakeClock();
    const jobs = new JobStore(database, { now: () => clock.now() });
    await work({
      clock,
      jobs,
      open: () =>
        new JobQueue({ jobs, feed: new ProgressFeed(jobs, clock), clock, log: silentLogger }),
      states: async (id) =>
        (await jobs.eventsAfter(id, 0, 1000)).flatMap((event) =>
          event.type === "state" ? [`${event.data.state} ${event.data.reason ?? ""}`.trim()] : []
        ),
    });
  });
}

Deno.test("two processes share a queue and never a job", () =>
  withQueues(async ({ open }) => {
    const [a, b] = [open(), open()];
    for (let i = 1; i <= 3; i++) await a.add(fakeJob(i));
    const taken = await Promise.all([a.take(), b.take(), a.take(), b.take()]);
    assertEquals(taken.map((job) => job?.id), [
      fakeJob(1).id,
      fakeJob(2).id,
      fakeJob(3).id,
      undefined,
    ]);
    assertEquals(await b.renew(fakeJob(1).id), false);
    assertEquals(await a.renew(fakeJob(1).id), true);
  }));

Deno.test("a job stays with the process that renews it, for as long as it does", () =>
  withQueues(async ({ open, clock, states }) => {
    const [a, b] = [open(), open()];
    const { id } = fakeJob();
    await a.add(fakeJob());
    await a.take();
    for (let i = 0; i < 5; i++) {
      await clock.advance(5000);
      assertEquals(await a.renew(id), true);
      await b.recover();
    }
    assertEquals(await b.take(), undefined);
    await clock.advance(6000);
    await b.recover();
    assertEquals((await b.take())?.attempt, 2);
    assertEquals(await a.renew(id), false);
    assertEquals(await states(id), [
      "queued",
      "running",
      "queued the process that ran it ended",
      "running",
    ]);
  }));

Deno.test("a job that processes keep dying with is given up", () =>
  withQueues(async ({ open, clock, jobs, states }) => {
    await open().add(fakeJob());
    const { id } = fakeJob();
    for (let start = 1; start <= 10; start++) {
      assertEquals((await jobs.get(id)).state, "queued");
      assertNotEquals(await open().take(), undefined);
      await clock.advance(6000);
      await open().recover();
    }
    const { state, error, finishedAt } = await jobs.get(id);
    assertEquals([state, error?.code], ["failed", "worker_died"]);
    assertEquals(finishedAt, new Date(clock.now()).toISOString());
    assertMatch((await states(id)).at(-1)!, /^failed Cannot go on: the process ended 10 times/);
  }));
