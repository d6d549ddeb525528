import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DatasetService } from "../../../src/datasets/dataset_service.ts";
import { ConflictError, InvalidError, OverloadedError } from "../../../src/errors.ts";
import type { ItemEmbedder } from "../../../src/jobs/index_run.ts";
import { silentLogger } from "../../../src/log.ts";
import { IndexRequest } from "../../../src/schemas/index_job.ts";
import { DatasetStore } from "../../../src/stores/dataset_store.ts";
import { JobBench } from "../../support/job_bench.ts";
import { makeImage } from "../../support/make_image.ts";
import { makeTar } from "../../support/make_tar.ts";
import { fakeModel } from "../../support/models.ts";
import { withTempDir } from "../../support/temp_dir.ts";

const ITEMS = 100;

/** Counts what it embeds; does what a test says before it answers. */
class Embedder implements ItemEmbedder {
  batches: number[] = [];
  before: (images: Uint8Array[], signal: AbortSignal) => Promise<void> = () => Promise.resolve();

  async embed(...[, images, { signal }]: Parameters<ItemEmbedder["embed"]>) {
    await this.before(images, signal);
    signal.throwIfAborted();
    this.batches.push(images.length);
    return {
      embeddings: Float32Array.from(images.flatMap((image) => [1, image.length, 2, 3])),
      dimensions: 4,
    };
  }
}

/** A gate that embeds so many batches, then waits to be stopped. */
function stallAfter(batches: number, reached: () => void): Embedder["before"] {
  let done = 0;
  return async (_, signal) => {
    if (done++ < batches) return;
    reached();
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    });
  };
}

interface Fixture {
  bench: JobBench;
  embedder: Embedder;
  submit(model?: string): Promise<string>;
  reopen(): Promise<JobBench>;
}

async function withCollection(work: (fixture: Fixture) => Promise<void>): Promise<void> {
  await withTempDir(async (folder) => {
    const embedder = new Embedder();
    const open = () => JobBench.open(folder, { trainers: 0, embedder });
    let bench = await open();
    try {
      for (const number of [1, 2]) await bench.models.insert(fakeModel(number));
      const datasets = new DatasetService({
        store: new DatasetStore(bench.database),
        blobs: bench.blobs,
        limits: { maxBytes: 2 ** 24, maxItems: 1000, maxPixels: 1000 },
        inUse: (id) => bench.jobs.usesDataset(id),
        log: silentLogger,
      });
      const image = await makeImage("png");
      const tar = makeTar(
        Array.from(
          { length: ITEMS },
          (_, i) => ({ name: `${i % 2 ? "cat" : "dog"}/${i}.png`, bytes: image }),
        ),
      );
      const { id: dataset } = await datasets.import({
        name: "cats",
        kind: "image",
        contentType: "application/x-tar",
        body: new Response(tar).body!,
      });
      const createdAt = "2026-01-01T00:00:00.000Z";
      await bench.collections.insert({ name: "c", dataset, serving: null, job: null, createdAt });
      const fixture: Fixture = {
        bench,
        embedder,
        submit: async (model = "model-1") =>
          (await bench.service.submit(
            IndexRequest.parse({ type: "index", collection: "c", model }),
          )).id,
        reopen: async () => {
          await bench.close();
          return fixture.bench = bench = await open();
        },
      };
      await work(fixture);
    } finally {
      await bench.close();
    }
  });
}

Deno.test("an index job needs no trainer; the collection answers when all is embedded", () =>
  withCollection(async ({ bench, embedder, submit }) => {
    const job = await bench.end(await submit());
    assertEquals([job.state, job.model], ["succeeded", fakeModel(1).id]);
    assertEquals(embedder.batches, [32, 32, 32, 4]);
    const { serving } = await bench.collections.get("c");
    assertEquals(serving?.digest, fakeModel(1).digest);
    const items = await bench.vectors.list(serving!.space, 0, 1000);
    assertEquals(items.map(({ id }) => id), Array.from({ length: ITEMS }, (_, i) => String(i)));
    assertEquals([items[7]!.label, items[7]!.name], ["cat", "cat/7.png"]);
    assertEquals(job.progress?.fraction, 1);
  }));

Deno.test("a paused job, and one whose service stopped, go on where they were", () =>
  withCollection(async (fixture) => {
    const { bench, embedder, submit } = fixture;
    for (const how of ["pause", "stop"]) {
      embedder.batches = [];
      const reached = Promise.withResolvers<void>();
      embedder.before = stallAfter(2, reached.resolve);
      const id = await submit();
      await reached.promise;
      if (how === "pause") assertEquals((await bench.service.pause(id)).state, "paused");
      embedder.before = () => Promise.resolve();
      const then = how === "pause" ? bench : await fixture.reopen();
      if (how === "pause") await then.service.resume(id);
      assertEquals((await then.end(id)).state, "succeeded");
      assertEquals(embedder.batches, [32, 32, 32, 4]);
      const { serving } = await then.collections.get("c");
      assertEquals(await then.vectors.spaces(), [serving!.space]);
    }
  }));

Deno.test("the old vectors stay until the new ones answer; a job called off leaves none", () =>
  withCollection(async ({ bench, embedder, submit }) => {
    await bench.end(await submit());
    const { serving } = await bench.collections.get("c");
    await bench.vectors.remove(serving!.space, ["5"]);
    const reached = Promise.withResolvers<void>();
    embedder.before = stallAfter(1, reached.resolve);
    const id = await submit("model-2");
    await reached.promise;
    assertEquals((await bench.collections.get("c")).serving, serving);
    await assertRejects(() => submit("model-2"), ConflictError, id);
    assertEquals((await bench.service.cancel(id)).state, "cancelled");
    assertEquals(await bench.vectors.spaces(), [serving!.space]);
    embedder.before = () => Promise.resolve();
    await bench.end(await submit("model-2"));
    const next = (await bench.collections.get("c")).serving!;
    assertEquals(next.digest, fakeModel(2).digest);
    assertEquals(await bench.vectors.spaces(), [next.space]);
    assertEquals(await bench.vectors.count(next.space), ITEMS - 1);
  }));

Deno.test("images that cannot be embedded are left out and named; a full queue is waited for", () =>
  withCollection(async ({ bench, embedder, submit }) => {
    let refused = false;
    embedder.before = (images) => {
      if (!refused) {
        refused = true;
        throw new OverloadedError("Cannot embed: the queue is full", 1);
      }
      if (images.length < 32) return Promise.resolve();
      const errors = [1, 30].map((i) => ({ path: `input[${i}]`, rule: "must decode", value: "" }));
      throw new InvalidError("Cannot embed", { errors });
    };
    const id = await submit();
    assertEquals((await bench.end(id)).state, "succeeded");
    assertEquals(embedder.batches, [30, 30, 30, 4]);
    const notes = (await bench.recorded(id)).flatMap(({ type, data }) =>
      type === "log" ? [data.message] : []
    );
    assertEquals(notes.length, 6);
    assertMatch(notes[1]!, /^left out: item 30 \(dog\/30\.png\), must decode$/);
  }));

Deno.test("a job of which no image can be embedded fails, and nothing answers", () =>
  withCollection(async ({ bench, embedder, submit }) => {
    embedder.before = (images) => {
      const errors = images.map((_, i) => ({
        path: `input[${i}]`,
        rule: "must decode",
        value: "",
      }));
      throw new InvalidError("Cannot embed", { errors });
    };
    const job = await bench.end(await submit());
    assertEquals([job.state, job.error?.code], ["failed", "invalid"]);
    assertEquals((await bench.collections.get("c")).serving, null);
  }));
