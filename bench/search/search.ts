/**
 * `deno task bench:search`: how long a search takes among 100,000 vectors of 128, by way of the
 * worker that serves collections; near-duplicates and clusters of 10,000. Minima and medians, of the
 * clock and of the processor's time in all threads, which other programs hardly change.
 *
 * @module
 */
import process from "node:process";
import { silentLogger } from "../../src/log.ts";
import { Random } from "../../src/random.ts";
import { RemoteVectors } from "../../src/search/remote_vectors.ts";
import type { Filter } from "../../src/schemas/search.ts";
import { unitVectors } from "../../src/stores/unit_vectors.ts";
import { withTempDir } from "../../tests/support/temp_dir.ts";

const ITEMS = 100_000;
const DIMENSIONS = 128;
const BATCH = 1000;
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/** Milliseconds of the clock and of the processor: the least and the median of many. */
async function time(label: string, runs: number, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  const busy: number[] = [];
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push(performance.now() - began);
    busy.push((user + system) / 1000);
  }
  const text = (values: number[]) => {
    values.sort((a, b) => a - b);
    return `least ${values[0]!.toFixed(1)} ms, median ${values[runs >> 1]!.toFixed(1)} ms`;
  };
  say(`${label}: ${text(times)}; processor ${text(busy)}`);
}

await withTempDir(async (folder) => {
  const store = new RemoteVectors({
    workerUrl: new URL("../../workers/vectors.ts", import.meta.url),
    path: `${folder}/vectors.db`,
    log: silentLogger,
  });
  const random = new Random(0).stream("bench");
  const vectors = (rows: number) =>
    unitVectors(Array.from({ length: rows * DIMENSIONS }, () => random.normal()), DIMENSIONS)
      .map((vector) => vector!);
  const began = performance.now();
  for (const [space, count] of [["all", ITEMS], ["tenth", ITEMS / 10]] as const) {
    await store.create(space, DIMENSIONS);
    for (let start = 0; start < count; start += BATCH) {
      await store.upsert(
        space,
        vectors(BATCH).map((vector, i) => ({
          id: String(start + i),
          label: i % 10 === 0 ? "tenth" : "other",
          name: null,
          metadata: {},
          blob: null,
          vector,
        })),
      );
    }
  }
  const seconds = (performance.now() - began) / 1000;
  say(`stored ${Math.round(1.1 * ITEMS / seconds)} vectors a second`);
  const [query] = vectors(1);
  const search = (k: number, filter?: Filter) =>
    store.search("all", [query!], { k, ...(filter === undefined ? {} : { filter }) });
  await time("top 10", 30, () => search(10));
  await time("top 10 of a tenth, by label", 30, () => search(10, { label: "tenth" }));
  await time("top 1,000", 10, () => search(1000));
  const { signal } = new AbortController();
  const tenth = { space: "tenth" };
  await time(
    "duplicates of 10,000, threshold 0.95, with the worker's start",
    3,
    () => store.duplicates({ ...tenth, threshold: 0.95, limit: 100 }, signal),
  );
  await time(
    "16 clusters of 10,000, with the worker's start",
    3,
    () => store.clusters({ ...tenth, k: 16, seed: 0, representatives: 5 }, signal),
  );
  await store.close();
});
