import { assert, assertEquals, assertRejects } from "@std/assert";
import type { EmbedderService as Contract } from "../../../routes/services.ts";
import type { Clock } from "../../../src/clock.ts";
import {
  CancelledError,
  InternalError,
  InvalidError,
  NotFoundError,
  TimeoutError,
  UnavailableError,
} from "../../../src/errors.ts";
import { silentLogger } from "../../../src/log.ts";
import { Preprocessing } from "../../../src/schemas/encoder.ts";
import { AugmentOptions } from "../../../src/schemas/recipe.ts";
import type { ViewsPreviewSpec } from "../../../src/schemas/views_preview.ts";
import type { BatchReport } from "../../../src/serving/batch_report.ts";
import { EmbedderPool, type EmbedderPoolOptions } from "../../../src/serving/embedder_pool.ts";
import { FakeClock, settle } from "../../support/fake_clock.ts";
import { fakeModel } from "../../support/models.ts";

const model = fakeModel(1);
const bytes = (text: string) => new TextEncoder().encode(text);
const image = bytes("ok");
const call = () => ({ signal: new AbortController().signal });

async function withPool(
  options: {
    query?: string;
    clock?: Clock;
    config?: Partial<EmbedderPoolOptions["config"]>;
    hangMs?: number;
  },
  work: (pool: EmbedderPool) => Promise<void>,
): Promise<void> {
  const { query = "", config = {}, ...rest } = options;
  const pool = new EmbedderPool({
    config: {
      embedders: 1,
      backend: "wasm",
      maxQueue: 100,
      maxBatch: 4,
      batchWaitMs: 0,
      modelCacheBytes: 1000,
      maxPixels: 1000,
      ...config,
    },
    workerUrl: new URL(`../../support/fake_embedder.ts${query}`, import.meta.url),
    blobsUrl: "file:///nowhere/",
    log: silentLogger,
    ...rest,
  });
  try {
    await work(pool);
  } finally {
    pool.stop();
  }
}

/** Waits for something that has to come about, without a limit: the test's own time is the limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("the pool is what the routes expect", () =>
  // Checked by the compiler.
  withPool({}, (pool) => Promise.resolve(void (pool satisfies Contract))));

Deno.test("requests that come before the embedder is ready are answered when it is", () =>
  withPool({}, async (pool) => {
    assertEquals(pool.status().ready, false);
    assertEquals(pool.status().reason, "the first worker is starting");
    const { embeddings, dimensions } = await pool.embed(model, [image, bytes("hello")], call());
    assertEquals(dimensions, 4);
    assertEquals([...embeddings], [1, 2, 111, 2, 1, 2, 104, 5]);
    const { ready, reason, backend, selfTest, workers, queue, counts } = pool.status();
    assertEquals([ready, reason, workers, selfTest.length], [true, null, 1, 2]);
    assertEquals(backend?.name, "wasm");
    assertEquals([queue.waiting, queue.capacity], [0, 100]);
    assertEquals(counts, { requests: 1, images: 2, batches: 1, refused: 0, dropped: 0 });
  }));

Deno.test("every batch that comes back is told of, with its size and its times", () =>
  withPool({}, async (pool) => {
    const reports: BatchReport[] = [];
    pool.onBatch((report) => reports.push(report));
    await pool.embed(model, Array(6).fill(image), call());
    await assertRejects(() => pool.embed(fakeModel(2), [bytes("bad")], call()), InvalidError);
    assertEquals(reports.map(({ operation, size }) => [operation, size]), [
      ["embed", 4],
      ["embed", 2],
      ["embed", 1],
    ]);
    for (const { queueMs, workerMs, stages } of reports) {
      assert(queueMs >= 0 && workerMs >= 0);
      assertEquals(stages, { decode: 1, forward: 2 });
    }
  }));

Deno.test("requests share forward passes, large ones are split, answers keep their order", () =>
  withPool({}, async (pool) => {
    const texts = Array.from({ length: 10 }, (_, i) => "x".repeat(i + 1));
    const { embeddings } = await pool.embed(model, texts.map(bytes), call());
    const lengths = Array.from({ length: 10 }, (_, i) => embeddings[4 * i + 3]);
    assertEquals(lengths, texts.map((text) => text.length));
    assertEquals(pool.status().counts.batches, 3);
    const answers = await Promise.all(
      texts.map((text) => pool.embed(model, [bytes(text)], call())),
    );
    assertEquals(answers.map((answer) => answer.embeddings[3]), lengths);
    assert(pool.status().counts.batches <= 3 + 10);
  }));

Deno.test("once there is a decoder, images go to it and their ticket to the embedder", () =>
  withPool({ query: "?decoder" }, async (pool) => {
    const { embeddings } = await pool.embed(model, [bytes("ok"), bytes("hello")], call());
    assertEquals([...embeddings], [1, 2, "O".charCodeAt(0), 2, 1, 2, "H".charCodeAt(0), 5]);
    const answers = await Promise.allSettled(
      Array.from({ length: 9 }, (_, i) => pool.embed(model, [bytes(`image ${i}`)], call())),
    );
    assertEquals(answers.map(({ status }) => status), Array(9).fill("fulfilled"));
    const mine = bytes("mine");
    await pool.embed(model, [mine.subarray(1)], call());
    assertEquals(mine, bytes("mine"));
  }));

Deno.test("images are still the caller's after a request", () =>
  withPool({}, async (pool) => {
    const mine = bytes("mine");
    await pool.embed(model, [mine.subarray(1)], call());
    assertEquals(mine, bytes("mine"));
  }));

Deno.test("a bad image fails its own request, by its place, and no other of the batch", () =>
  withPool({ config: { batchWaitMs: 5 } }, async (pool) => {
    const good = pool.embed(model, [image], call());
    const error = await assertRejects(
      () => pool.embed(model, [image, bytes("bad"), bytes("bad")], call()),
      InvalidError,
      "Cannot use 2 images: must be an image, input[1]",
    );
    assertEquals(error.errors, [
      { path: "input[1]", rule: "must be an image", value: "bad" },
      { path: "input[2]", rule: "must be an image", value: "bad" },
    ]);
    assertEquals((await good).embeddings[1], 4);
  }));

Deno.test("a failure that is not the image's fault is not put down to it", () =>
  withPool({}, async (pool) => {
    await assertRejects(() => pool.embed(model, [bytes("unlucky")], call()), UnavailableError);
    await assertRejects(() => pool.embed(model, [bytes("short")], call()), InternalError, "1 numb");
  }));

Deno.test("an image that kills workers fails its own request; the embedder comes back", () =>
  withPool({ config: { batchWaitMs: 5 } }, async (pool) => {
    const neighbour = pool.embed(model, [image], call());
    await assertRejects(
      () => pool.embed(model, [bytes("crash")], call()),
      UnavailableError,
      "two workers ended",
    );
    assertEquals((await neighbour).embeddings[3], 2);
    await until(() => pool.status().ready);
    await pool.embed(model, [image], call());
  }));

Deno.test("with a second embedder the first one's death is made good at once", () =>
  withPool({ clock: new FakeClock(), config: { embedders: 2 } }, async (pool) => {
    await until(() => pool.status().ready);
    // Both die of it, and time stands still: neither is started again.
    const killer = pool.embed(model, [bytes("crash")], call());
    await assertRejects(() => killer, UnavailableError, "two workers ended");
    assertEquals(pool.status().ready, false);
    assert(pool.status().reason?.includes("the image did it"));
  }));

Deno.test("an embedder that hangs is replaced, and what it had is tried again", async () => {
  const clock = new FakeClock();
  await withPool({ clock, hangMs: 1000 }, async (pool) => {
    await until(() => pool.status().ready);
    const hanging = pool.embed(model, [bytes("hang")], call());
    const rejected = assertRejects(() => hanging, UnavailableError, "two workers ended");
    await clock.advance(1000);
    assertEquals(
      pool.status().reason,
      "its worker ended: Cannot go on: the embedder worker did not answer for 1000 ms",
    );
    await clock.advance(250);
    await until(() => pool.status().ready);
    await clock.advance(1000);
    await rejected;
    const later = pool.embed(model, [image], call());
    await clock.advance(500);
    assertEquals((await later).embeddings[3], 2);
  });
  assertEquals(clock.waiting, 0);
});

Deno.test("an embedder that answers in time is left alone", async () => {
  const clock = new FakeClock();
  await withPool({ clock, hangMs: 1000 }, async (pool) => {
    await until(() => pool.status().ready);
    for (let i = 0; i < 3; i++) {
      await pool.embed(model, [image], call());
      await clock.advance(600);
    }
    assertEquals(pool.status().ready, true);
  });
});

Deno.test("a backend that fails its self-test is not ready and answers nothing", () =>
  withPool({ query: "?unfit" }, async (pool) => {
    const error = await assertRejects(() => pool.embed(model, [image], call()), UnavailableError);
    assert(error.message.includes("Conv2D (answers zeros)"), error.message);
    const { ready, reason, selfTest } = pool.status();
    assertEquals([ready, reason], [false, "the self-test failed: Conv2D (answers zeros)"]);
    assertEquals(selfTest.filter(({ ok }) => !ok).map(({ kernel }) => kernel), ["Conv2D"]);
  }));

Deno.test("embedders that do not start are tried again, ever more rarely, but not waited for", async () => {
  const clock = new FakeClock();
  await withPool({ query: "?broken", clock }, async (pool) => {
    const waiting = pool.embed(model, [image], call());
    const rejected = assertRejects(() => waiting, UnavailableError, "no embedder runs");
    const failed = () => pool.status().reason!.startsWith("its worker did not start");
    await until(failed);
    for (const wait of [250, 500]) {
      await clock.advance(wait - 1);
      assert(failed());
      await clock.advance(1);
      assert(!failed());
      await until(failed);
    }
    await rejected;
    await assertRejects(() => pool.embed(model, [image], call()), UnavailableError, "no backend");
    await clock.advance(1000);
    await until(failed);
  });
  assertEquals(clock.waiting, 0);
});

Deno.test("a client that leaves and a deadline that passes are told apart", () =>
  withPool({ clock: new FakeClock() }, async (pool) => {
    const controller = new AbortController();
    const leaving = pool.embed(model, [image], { signal: controller.signal });
    controller.abort();
    await assertRejects(() => leaving, CancelledError);
    await assertRejects(() => pool.embed(model, [image], { ...call(), deadline: 5 }), TimeoutError);
    assertEquals(pool.status().counts.dropped, 2);
  }));

Deno.test("a model that was deleted is forgotten", () =>
  withPool({}, async (pool) => {
    await pool.embed(model, [image], call());
    pool.forget(model.id);
    await assertRejects(() => pool.embed(model, [image], call()), NotFoundError);
    await pool.embed(fakeModel(2), [image], call());
  }));

Deno.test("predictions are batched as embeddings are, and name the images at fault", () =>
  withPool({}, async (pool) => {
    const answer = { degrees: 90, probabilities: [0.1, 0.7, 0.1, 0.1] };
    const questions = [{ image }, { image }];
    assertEquals(await pool.predict(model, "rotation", questions, call()), [answer, answer]);
    const error = await assertRejects(
      () => pool.predict(model, "rotation", [{ image }, { image: bytes("bad") }], call()),
      InvalidError,
    );
    assertEquals(error.errors, [
      {
        path: "input[1]",
        rule: "must be an image that can be decoded: no image",
        value: "3 bytes",
      },
    ]);
  }));

Deno.test("NT-Xent goes through the same queue", () =>
  withPool({}, async (pool) => {
    const request = {
      embeddings: [[1, 2], [3, 4], [5, 6], [7, 8]],
      temperature: 0.5,
      gradient: false,
    };
    assertEquals(await pool.ntXent(request, call()), { loss: 0.5, perPair: [2, 2, 2, 2] });
  }));

Deno.test("a preview goes through the same queue, and its images may be asked for again", () =>
  withPool({}, async (pool) => {
    const spec: ViewsPreviewSpec = {
      images: [bytes("one"), bytes("two")],
      mediaTypes: ["image/png", "image/png"],
      indices: [0, 1],
      preprocessing: Preprocessing.parse({ size: 8, channels: 1 }),
      objective: null,
      frames: null,
      augment: AugmentOptions.parse({}),
      views: 1,
      seed: 0,
    };
    for (let again = 0; again < 2; again++) {
      assertEquals((await pool.previewViews(spec, call())).png, bytes("one"));
    }
  }));

Deno.test("a pool that stops rejects what waits and what comes, and leaves nothing running", async () => {
  const clock = new FakeClock();
  await withPool({ clock }, async (pool) => {
    await until(() => pool.status().ready);
    const running = pool.embed(model, [bytes("hang")], call());
    const waiting = Array.from({ length: 3 }, () => pool.embed(model, [image], call()));
    const rejected = [running, ...waiting].map((request) =>
      assertRejects(() => request, UnavailableError, "stopping")
    );
    pool.stop();
    await Promise.all(rejected);
    await assertRejects(() => pool.embed(model, [image], call()), UnavailableError, "stopping");
    assertEquals(pool.status().reason, "the service is stopping");
    await settle();
  });
  assertEquals(clock.waiting, 0);
});
