import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type AlikeError,
  CancelledError,
  InternalError,
  NotFoundError,
  OverloadedError,
  TimeoutError,
  TooLargeError,
  UnavailableError,
  WorkerDiedError,
} from "../../../src/errors.ts";
import { Batcher } from "../../../src/serving/batcher.ts";
import { FakeClock, settle } from "../../support/fake_clock.ts";

/** A batch that a test answers by hand. */
interface Running {
  worker: number;
  group: string;
  items: string[];
  signal: AbortSignal;
  resolve(results: string[]): void;
  reject(error: Error): void;
}

/** A batcher over workers that do nothing by themselves. */
class Bench {
  readonly clock = new FakeClock();
  readonly running: Running[] = [];
  readonly taken: number[];
  readonly batcher: Batcher<number>;
  unavailable: AlikeError | undefined;

  constructor(
    readonly options: { workers?: number; places?: number; capacity?: number; limit?: number } = {},
  ) {
    const { workers = 1, places = 1, capacity = 1000 } = options;
    this.taken = Array(workers).fill(0);
    this.batcher = new Batcher<number>({
      waitMs: 4,
      capacity,
      capacityBytes: 1000,
      clock: this.clock,
      unavailable: () => this.unavailable,
      acquire: (alone) => {
        const worker = this.taken.indexOf(Math.min(...this.taken));
        if (worker < 0 || this.taken[worker]! > (alone ? 0 : places - 1)) return undefined;
        const cost = alone ? places : 1;
        this.taken[worker]! += cost;
        return { worker, release: () => void (this.taken[worker]! -= cost) };
      },
    });
  }

  /** Asks for `items`, whose answers should be the same in capitals. */
  ask(
    items: string,
    more: { group?: string; signal?: AbortSignal; deadline?: number; bytes?: number } = {},
  ): Promise<string> {
    const { group = "a", bytes = 1, signal = new AbortController().signal, ...rest } = more;
    return this.batcher.submit<string, string>({
      group,
      items: [...items],
      bytes,
      limit: this.options.limit ?? 4,
      run: (worker, batch, signal) =>
        new Promise((resolve, reject) =>
          this.running.push({ worker, group, items: batch, signal, resolve, reject })
        ),
      signal,
      ...rest,
    }).then((results) => results.join(""));
  }

  /** What is running, as `group:items`. */
  get batches(): string[] {
    return this.running.map(({ group, items }) => `${group}:${items.join("")}`);
  }

  /** Answers the oldest batch. */
  async answer(): Promise<void> {
    const { items, resolve } = this.running.shift()!;
    resolve(items.map((item) => item.toUpperCase()));
    await settle();
  }

  async fail(error: Error): Promise<void> {
    this.running.shift()!.reject(error);
    await settle();
  }
}

Deno.test("requests of a group that come within the wait share a batch", async () => {
  const bench = new Bench();
  const first = bench.ask("x");
  await bench.clock.advance(3);
  const second = bench.ask("yz");
  assertEquals(bench.batches, []);
  await bench.clock.advance(1);
  assertEquals(bench.batches, ["a:xyz"]);
  await bench.answer();
  assertEquals([await first, await second], ["X", "YZ"]);
  assertEquals(bench.clock.waiting, 0);
});

Deno.test("a full batch does not wait", async () => {
  const bench = new Bench();
  const answers = ["w", "x", "y", "z"].map((item) => bench.ask(item));
  assertEquals(bench.batches, ["a:wxyz"]);
  await bench.answer();
  assertEquals(await Promise.all(answers), ["W", "X", "Y", "Z"]);
});

Deno.test("groups do not mix", async () => {
  const bench = new Bench({ places: 2 });
  const answers = [bench.ask("x", { group: "a" }), bench.ask("y", { group: "b" })];
  await bench.clock.advance(4);
  assertEquals(bench.batches, ["a:x", "b:y"]);
  await bench.answer();
  await bench.answer();
  assertEquals(await Promise.all(answers), ["X", "Y"]);
});

Deno.test("a request larger than a batch is split and put together in order", async () => {
  const bench = new Bench({ workers: 3 });
  const answer = bench.ask("abcdefghij");
  const neighbour = bench.ask("kl");
  assertEquals(bench.batches, ["a:abcd", "a:efgh", "a:ijkl"]);
  // The last part is answered first.
  const [, , last] = bench.running;
  last!.resolve(["I", "J", "K", "L"]);
  bench.running.pop();
  assertEquals(await neighbour, "KL");
  await bench.answer();
  await bench.answer();
  assertEquals(await answer, "ABCDEFGHIJ");
});

Deno.test("groups take turns: a flood for one does not starve another", async () => {
  const bench = new Bench({ limit: 2 });
  // The first batch starts at once; the group then is in line before the other, which comes later.
  const flood = bench.ask("abcdefgh", { group: "flood" });
  const small = bench.ask("x", { group: "small" });
  await bench.clock.advance(4);
  const order: string[] = [];
  while (bench.running.length > 0) {
    order.push(...bench.batches);
    await bench.answer();
  }
  assertEquals(order, ["flood:ab", "flood:cd", "small:x", "flood:ef", "flood:gh"]);
  assertEquals([await flood, await small], ["ABCDEFGH", "X"]);
});

Deno.test("within a group it is first come, first served", async () => {
  const bench = new Bench({ limit: 2 });
  void bench.ask("ab");
  const answers = ["c", "d", "e"].map((item) => bench.ask(item));
  await bench.clock.advance(10);
  const order: string[] = [];
  while (bench.running.length > 0) {
    order.push(...bench.batches);
    await bench.answer();
  }
  assertEquals(order, ["a:ab", "a:cd", "a:e"]);
  assertEquals(await Promise.all(answers), ["C", "D", "E"]);
});

Deno.test("nothing starts while every place is taken, and what is due starts when one is free", async () => {
  const bench = new Bench({ places: 2 });
  const answers = ["abcd", "efgh", "ijkl"].map((items) => bench.ask(items));
  // One runs, one is there for it when it has finished.
  assertEquals(bench.batches, ["a:abcd", "a:efgh"]);
  assertEquals(bench.batcher.waiting, 4);
  await bench.answer();
  assertEquals(bench.batches, ["a:efgh", "a:ijkl"]);
  await bench.answer();
  await bench.answer();
  assertEquals(await Promise.all(answers), ["ABCD", "EFGH", "IJKL"]);
});

Deno.test("a full queue refuses, with the time after which there is room at the measured rate", async () => {
  const bench = new Bench({ capacity: 8 });
  const first = bench.ask("abcd");
  await bench.clock.advance(400);
  // Nothing has been measured yet.
  const running = bench.ask("efgh");
  void bench.ask("ijkl").catch(() => {});
  const unknown = await assertRejects(() => bench.ask("m"), OverloadedError);
  assertEquals(unknown.retryAfterSeconds, 1);
  await bench.answer();
  await first;
  // 4 images in 0.4 s. Two wait on top of four: 6 + 8 - 8 = 6 images to go.
  assertEquals(bench.batcher.drainPerSecond, 10);
  void bench.ask("no").catch(() => {});
  const error = await assertRejects(() => bench.ask("pqrstuvw"), OverloadedError);
  assertEquals(error.retryAfterSeconds, 1);
  assertEquals(error.message, "Cannot take 8 images now: 6 of at most 8 wait already");
  await bench.clock.advance(3600);
  await bench.answer();
  await running;
  // 8 images in 4 s, the first ones nearly forgotten: about 1.2 a second.
  const slow = bench.batcher.drainPerSecond;
  assert(slow > 1 && slow < 2, String(slow));
  const later = await assertRejects(() => bench.ask("pqrstuvw"), OverloadedError);
  assertEquals(later.retryAfterSeconds, Math.ceil(2 / slow));
  assertEquals(bench.batcher.counts.refused, 3);
});

Deno.test("a request that could never wait is too large, not refused for now", async () => {
  const bench = new Bench({ capacity: 3 });
  await assertRejects(() => bench.ask("abcd"), TooLargeError, "at most 3 may wait");
});

Deno.test("bytes are bounded too, but for a request by itself", async () => {
  const bench = new Bench();
  const large = bench.ask("a", { bytes: 5000 });
  await assertRejects(() => bench.ask("b", { bytes: 1 }), OverloadedError, "5000 of at most 1000");
  await bench.clock.advance(4);
  // Under way, its bytes are still held.
  await assertRejects(() => bench.ask("b", { bytes: 1 }), OverloadedError);
  await bench.answer();
  assertEquals(await large, "A");
  const small = bench.ask("b", { bytes: 1 });
  await bench.clock.advance(4);
  await bench.answer();
  assertEquals(await small, "B");
});

Deno.test("a request whose client leaves while it waits costs nothing", async () => {
  const bench = new Bench();
  const controller = new AbortController();
  const gone = bench.ask("x", { signal: controller.signal });
  controller.abort();
  await assertRejects(() => gone, CancelledError);
  assertEquals([bench.batcher.waiting, bench.clock.waiting], [0, 0]);
  await assertRejects(() => bench.ask("x", { signal: controller.signal }), CancelledError);
  await bench.clock.advance(10);
  assertEquals(bench.batches, []);
  assertEquals(bench.batcher.counts.dropped, 2);
});

Deno.test("the rest of a split request is dropped with it, its batch lives on for the others", async () => {
  const bench = new Bench();
  const controller = new AbortController();
  const first = bench.ask("ab");
  const gone = bench.ask("cdefgh", { signal: controller.signal });
  assertEquals(bench.batches, ["a:abcd"]);
  controller.abort();
  await assertRejects(() => gone, CancelledError);
  assertEquals(bench.batcher.waiting, 0);
  assert(!bench.running[0]!.signal.aborted);
  await bench.answer();
  assertEquals(await first, "AB");
  assertEquals(bench.batches, []);
});

Deno.test("a batch that no one wants any more is called off", async () => {
  const bench = new Bench({ limit: 2 });
  const controllers = [new AbortController(), new AbortController()];
  const gone = controllers.map(({ signal }) => bench.ask("x", { signal }));
  controllers[0]!.abort();
  assert(!bench.running[0]!.signal.aborted);
  controllers[1]!.abort();
  assert(bench.running[0]!.signal.aborted);
  for (const request of gone) await assertRejects(() => request, CancelledError);
  await bench.fail(new CancelledError("Cannot finish the call: it was called off"));
  assertEquals(bench.taken, [0]);
});

Deno.test("a request whose deadline passes while it waits costs nothing", async () => {
  const bench = new Bench();
  const busy = bench.ask("abcd");
  const late = bench.ask("x", { deadline: bench.clock.now() + 50 });
  await bench.clock.advance(49);
  assertEquals(bench.batcher.waiting, 1);
  await bench.clock.advance(1);
  await assertRejects(() => late, TimeoutError);
  await bench.answer();
  assertEquals(await busy, "ABCD");
  assertEquals([bench.batches.length, bench.clock.waiting, bench.batcher.waiting], [0, 0, 0]);
});

Deno.test("a deadline that has passed is answered at once, one during the run when it passes", async () => {
  const bench = new Bench();
  await assertRejects(() => bench.ask("x", { deadline: bench.clock.now() }), TimeoutError);
  const late = bench.ask("x", { deadline: bench.clock.now() + 10 });
  await bench.clock.advance(4);
  assertEquals(bench.batches, ["a:x"]);
  await bench.clock.advance(6);
  await assertRejects(() => late, TimeoutError);
  assert(bench.running[0]!.signal.aborted);
  await bench.answer();
});

Deno.test("a request that cannot afford to wait for others does not", async () => {
  const bench = new Bench();
  const urgent = bench.ask("x", { deadline: bench.clock.now() + 3 });
  assertEquals(bench.batches, ["a:x"]);
  await bench.answer();
  assertEquals(await urgent, "X");
  assertEquals(bench.clock.waiting, 0);
});

Deno.test("an error fails the requests of its batch and no others", async () => {
  const bench = new Bench({ limit: 2 });
  const failing = [bench.ask("a"), bench.ask("b")];
  const next = bench.ask("cd");
  await bench.fail(new NotFoundError("Cannot find the model: no such id, m"));
  for (const request of failing) await assertRejects(() => request, NotFoundError);
  await bench.answer();
  assertEquals(await next, "CD");
});

Deno.test("a batch with the wrong number of results fails", async () => {
  const bench = new Bench({ limit: 2 });
  const request = bench.ask("ab");
  bench.running.shift()!.resolve(["A"]);
  await assertRejects(() => request, InternalError, "1 for 2 items");
});

Deno.test("when a worker dies its requests are tried once more, each alone on an empty worker", async () => {
  const bench = new Bench({ places: 2, limit: 2 });
  const poison = bench.ask("a");
  const bystander = bench.ask("b");
  const next = bench.ask("cd");
  const later = bench.ask("ef");
  assertEquals(bench.batches, ["a:ab", "a:cd"]);
  // The worker takes both of its batches with it.
  const death = new WorkerDiedError("Cannot go on: the worker ended");
  const both = bench.running.splice(0);
  for (const { reject } of both) reject(death);
  await settle();
  // Nothing shares a worker with a suspect, not even as the next batch.
  assertEquals(bench.batches, ["a:a"]);
  await bench.fail(death);
  await assertRejects(() => poison, UnavailableError, "two workers ended");
  assertEquals(bench.batches, ["a:b"]);
  await bench.answer();
  assertEquals(bench.batches, ["a:cd"]);
  await bench.answer();
  assertEquals([await bystander, await next], ["B", "CD"]);
  assertEquals(bench.batches, ["a:ef"]);
  await bench.answer();
  assertEquals(await later, "EF");
});

Deno.test("a suspect gets its empty worker even under a flood", async () => {
  const bench = new Bench({ places: 2, limit: 1 });
  const suspect = bench.ask("s");
  const flood = [..."abcd"].map((item) => bench.ask(item));
  assertEquals(bench.batches, ["a:s", "a:a"]);
  await bench.fail(new WorkerDiedError("Cannot go on: the worker ended"));
  // The place it left stays empty until the other one is, too.
  assertEquals(bench.batches, ["a:a"]);
  await bench.answer();
  assertEquals(bench.batches, ["a:s"]);
  await bench.answer();
  assertEquals(bench.batches, ["a:b", "a:c"]);
  while (bench.running.length > 0) await bench.answer();
  assertEquals(await Promise.all([suspect, ...flood]), ["S", "A", "B", "C", "D"]);
});

Deno.test("without hope of a worker all that waits is rejected, and all that comes", async () => {
  const bench = new Bench({ limit: 2 });
  const running = bench.ask("ab");
  const waiting = [bench.ask("c"), bench.ask("d", { group: "b" })];
  bench.unavailable = new UnavailableError("Cannot answer: stopping");
  bench.batcher.pump();
  for (const request of waiting) await assertRejects(() => request, UnavailableError, "stopping");
  assertEquals([bench.batcher.waiting, bench.clock.waiting], [0, 0]);
  await assertRejects(() => bench.ask("e"), UnavailableError, "stopping");
  // What was under way and would be tried again is not, either.
  await bench.fail(new WorkerDiedError("Cannot go on: stopped"));
  await assertRejects(() => running, UnavailableError, "stopping");
  assertEquals(bench.clock.waiting, 0);
});

Deno.test("a request for nothing is answered with nothing", async () => {
  assertEquals(await new Bench().ask(""), "");
});

Deno.test("requests, images and batches are counted", async () => {
  const bench = new Bench({ limit: 2 });
  const answers = [bench.ask("abc"), bench.ask("d")];
  while (bench.running.length > 0) await bench.answer();
  await Promise.all(answers);
  assertEquals(bench.batcher.counts, {
    requests: 2,
    images: 4,
    batches: 2,
    refused: 0,
    dropped: 0,
  });
});
