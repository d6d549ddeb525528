import { assertEquals, assertRejects } from "@std/assert";
import { NotFoundError } from "../../../src/errors.ts";
import { ProgressFeed } from "../../../src/jobs/progress_feed.ts";
import type { JobEvent } from "../../../src/schemas/job.ts";
import { JobStore } from "../../../src/stores/job_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fakeJob } from "../../support/jobs.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";

const JOB = fakeJob().id;
const never = new AbortController().signal;

interface Bench {
  jobs: JobStore;
  feed: ProgressFeed;
  clock: FakeClock;
  /** Records checkpoints of so many steps. */
  record(count: number): Promise<void>;
  end(): Promise<void>;
}

async function withFeed(work: (bench: Bench) => Promise<void>): Promise<void> {
  await withMemoryDatabase(async (database) => {
    const jobs = new JobStore(database);
    const clock = new FakeClock();
    const feed = new ProgressFeed(jobs, clock);
    await jobs.insert(fakeJob(), [{ type: "state", data: { state: "queued" } }]);
    let step = 0;
    await work({
      jobs,
      feed,
      clock,
      async record(count) {
        const events = Array.from({ length: count }, () => ({
          type: "checkpoint" as const,
          data: { step: ++step },
        }));
        await jobs.append(JOB, events);
        feed.notify(JOB);
      },
      async end() {
        await jobs.update(JOB, ["queued"], { state: "cancelled" }, [
          { type: "state", data: { state: "cancelled" } },
        ]);
        feed.notify(JOB);
      },
    });
    assertEquals(clock.waiting, 0);
  });
}

/** Reads to the end. */
async function all(events: AsyncIterable<JobEvent>): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of events) ids.push(id);
  return ids;
}

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

Deno.test("a job that has ended is replayed, from any event on, and then the stream ends", () =>
  withFeed(async ({ feed, record, end }) => {
    await record(700);
    await end();
    assertEquals(await all(feed.events(JOB, 0, never)), upTo(702));
    assertEquals(await all(feed.events(JOB, 700, never)), [701, 702]);
    assertEquals(await all(feed.events(JOB, 702, never)), []);
    assertEquals(await all(feed.events(JOB, 9999, never)), []);
  }));

Deno.test("events that happen meanwhile follow those on record, without gaps or repetitions", () =>
  withFeed(async ({ feed, record, end }) => {
    await record(10);
    const readers = [0, 5, 11, 300].map((after) => all(feed.events(JOB, after, never)));
    for (let i = 0; i < 300; i++) await record(1 + i % 3);
    await end();
    const last = 1 + 10 + 600 + 1;
    const expected = [upTo(last), upTo(last, 6), upTo(last, 12), upTo(last, 301)];
    assertEquals(await Promise.all(readers), expected);
  }));

Deno.test("a slow reader misses nothing and holds nothing", () =>
  withFeed(async ({ feed, record, end }) => {
    const events = feed.events(JOB, 0, never);
    assertEquals((await events.next()).value?.id, 1);
    await record(1000);
    await end();
    assertEquals(await all(events), upTo(1002, 2));
  }));

Deno.test("the stream ends when the signal fires, wherever it is", () =>
  withFeed(async ({ feed, record }) => {
    await record(5);
    assertEquals(await all(feed.events(JOB, 0, AbortSignal.abort())), []);
    const waiting = new AbortController();
    const reader = all(feed.events(JOB, 0, waiting.signal));
    await record(1);
    setTimeout(() => waiting.abort());
    assertEquals(await reader, upTo(7));
    const reading = new AbortController();
    const ids: number[] = [];
    for await (const { id } of feed.events(JOB, 0, reading.signal)) {
      ids.push(id);
      if (id === 3) reading.abort();
    }
    assertEquals(ids, upTo(3));
  }));

Deno.test("a reader that leaves in the middle leaves nothing behind", () =>
  withFeed(async ({ feed, record }) => {
    await record(5);
    for await (const { id } of feed.events(JOB, 0, never)) if (id === 2) break;
  }));

Deno.test("news of another process is found after a while", () =>
  withFeed(async ({ jobs, feed, clock }) => {
    const reader = all(feed.events(JOB, 1, never));
    await new Promise((resolve) => setTimeout(resolve));
    // Nobody notifies.
    await jobs.update(JOB, ["queued"], { state: "cancelled" }, [
      { type: "state", data: { state: "cancelled" } },
    ]);
    await clock.advance(2000);
    assertEquals(await reader, [2]);
  }));

Deno.test("there are no events of a job that does not exist", () =>
  withFeed(async ({ feed }) => {
    await assertRejects(() => all(feed.events("job_ffffffffffffffff", 0, never)), NotFoundError);
  }));
