/**
 * Collections against the real service as a process: images are embedded by a job, found by image,
 * vector and item, changed, embedded anew by another model while the old one answers.
 *
 * @module
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { AliasChange, Promotion } from "../../src/schemas/alias.ts";
import type { Collection, CollectionItem } from "../../src/schemas/collection.ts";
import type { EmbeddingResponse } from "../../src/schemas/embedding.ts";
import type { Job, JobEvent } from "../../src/schemas/job.ts";
import type { Clusters, Duplicates, SearchResponse } from "../../src/schemas/search.ts";
import { assertProblem } from "../support/http_client.ts";
import { png, ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const ITEMS = 100;

async function end(client: ServiceClient, id: string): Promise<{ job: Job; events: JobEvent[] }> {
  const events: JobEvent[] = [];
  for await (const event of client.events(id)) events.push(event);
  return { job: await client.json<Job>(`/v1/jobs/${id}`), events };
}

async function train(client: ServiceClient, name: string, seed: number): Promise<string> {
  const { id } = await client.json<Job>("/v1/jobs", {
    type: "train",
    dataset: "shapes",
    name,
    encoder: { name: "small_conv", width: 4 },
    batchSize: 16,
    steps: 2,
    seed,
    promote: false,
  });
  const { job } = await end(client, id);
  assertEquals(job.state, "succeeded", JSON.stringify(job.error));
  return job.model!;
}

async function uri(index: number): Promise<string> {
  return `data:image/png;base64,${(await png(index)).toBase64()}`;
}

Deno.test("a data set is made searchable, changed, and embedded anew without a gap", () =>
  withTempDir(async (folder) => {
    const environment = {
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: "1",
    };
    await using service = new ServiceProcess(environment);
    const client = new ServiceClient(await service.url);
    await client.import("shapes", 0, ITEMS);
    const first = await train(client, "first", 0);
    const second = await train(client, "second", 1);

    const made = await client.json<Collection>("/v1/collections", {
      name: "alikes",
      dataset: "shapes",
      model: "first",
    });
    const { job, events } = await end(client, made.job!);
    assertEquals([job.type, job.state, job.model], ["index", "succeeded", first]);
    const progress = events.flatMap(({ type, data }) => type === "progress" ? [data] : []);
    assertEquals(progress.at(-1), {
      ...progress.at(-1),
      phase: "embedding",
      step: 100,
      fraction: 1,
    });
    const at = "/v1/collections/alikes";
    const collection = await client.json<Collection>(at);
    assertEquals([collection.count, collection.jobState], [ITEMS, "succeeded"]);

    await found(client, collection);
    await changed(client);
    await refused(client, collection);

    // Searches go on while the collection is embedded anew, and none fails.
    const anew = await client.json<Job>(`${at}/reindex`, { model: "second" });
    const models = new Set<string>();
    let ended = false;
    const searching = (async () => {
      while (!ended) {
        const { model, results } = await client.json<SearchResponse>(`${at}/search`, {
          input: await uri(7),
        });
        assertEquals(results[0]![0]!.id, "7");
        assertAlmostEquals(results[0]![0]!.score, 1, 1e-5);
        models.add(model);
      }
    })();
    assertEquals((await end(client, anew.id)).job.state, "succeeded");
    ended = true;
    await searching;
    assertEquals((await client.json<Collection>(at)).model, second);
    assert([...models].every((model) => [first, second].includes(model)));
    // What was added and taken out before stays so.
    const items = await client.json<{ total: number; data: CollectionItem[] }>(`${at}/items`);
    assertEquals([items.total, items.data.at(-1)!.id], [ITEMS, "ring"]);
    const [ring] = (await client.json<SearchResponse>(`${at}/search`, {
      input: await uri(500),
      filter: { metadata: { year: 2026 } },
    })).results;
    assertEquals(ring!.map(({ id }) => id), ["ring"]);
    assertAlmostEquals(ring![0]!.score, 1, 1e-5);

    await promoted(client, first, second);

    const gone = await fetch(client.base + at, { method: "DELETE" });
    assertEquals(gone.status, 204);
    await assertProblem(await fetch(client.base + at), { status: 404, path: "collection" });
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  }));

async function found(client: ServiceClient, collection: Collection): Promise<void> {
  const at = "/v1/collections/alikes";
  const search = (body: unknown) => client.json<SearchResponse>(`${at}/search`, body);
  const images = [await uri(3), await uri(42)];
  const byImage = await search({ input: images });
  assertEquals(byImage.digest, collection.digest);
  assertEquals(byImage.results.map((hits) => [hits.length, hits[0]!.id]), [[10, "3"], [10, "42"]]);
  const { data } = await client.json<EmbeddingResponse>("/v1/embeddings", {
    model: "first",
    input: images,
  });
  const embeddings = data.map(({ embedding }) => embedding);
  const digest = collection.digest;
  const byVector = await search({ vectors: { digest, embeddings } });
  byVector.results.forEach((hits, i) =>
    assertEquals(hits.map(({ id }) => id), byImage.results[i]!.map(({ id }) => id))
  );
  const byItem = await search({ items: ["3", "42"], k: 9 });
  byItem.results.forEach((hits, i) =>
    assertEquals(hits.map(({ id }) => id), byImage.results[i]!.slice(1).map(({ id }) => id))
  );
  const label = byImage.results[0]![0]!.label;
  const filter = encodeURIComponent(JSON.stringify({ label }));
  const raw = await fetch(`${client.base}${at}/search?k=1000&filter=${filter}`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: new Uint8Array(await png(3)),
  });
  const [hits] = (await raw.json() as SearchResponse).results;
  assertEquals(hits!.length, ITEMS / 4);
  assert(hits!.every((hit) => hit.label === label));

  const clusters = await client.json<Clusters>(`${at}/clusters?k=4&representatives=2`);
  assertEquals(clusters.clusters.reduce((sum, { size }) => sum + size, 0), ITEMS);
  assertEquals(clusters.clusters.map(({ representatives }) => representatives.length), [
    2,
    2,
    2,
    2,
  ]);
  assertEquals(await client.json<Clusters>(`${at}/clusters?k=4&representatives=2`), clusters);
}

async function changed(client: ServiceClient): Promise<void> {
  const at = "/v1/collections/alikes";
  const added = await client.json<{ ids: string[]; count: number }>(`${at}/items`, {
    items: [{ id: "ring", image: await uri(500), label: "x", metadata: { year: 2026 } }],
  });
  assertEquals(added, { ids: ["ring"], count: ITEMS + 1 });
  for (const [id, index] of [["ring", 500], ["7", 7]] as const) {
    const original = await fetch(`${client.base}${at}/items/${id}/image`);
    assertEquals(original.headers.get("content-type"), "image/png");
    assertEquals(await original.bytes(), await png(index));
  }
  const twice = await client.json<{ count: number }>(`${at}/items`, {
    items: [{ id: "twin", image: await uri(500) }],
  });
  assertEquals(twice.count, ITEMS + 2);
  const { groups } = await client.json<Duplicates>(`${at}/duplicates?threshold=1`);
  assertEquals(groups.map((items) => items.map(({ id }) => id)), [["ring", "twin"]]);
  for (const id of ["twin", "5"]) {
    const gone = await fetch(`${client.base}${at}/items/${id}`, { method: "DELETE" });
    assertEquals(gone.status, 204);
  }
  const again = await fetch(`${client.base}${at}/items/5`, { method: "DELETE" });
  await assertProblem(again, { status: 404, path: "id", value: "5" });
}

async function refused(client: ServiceClient, collection: Collection): Promise<void> {
  const at = "/v1/collections/alikes";
  const post = async (path: string, body: unknown) =>
    await fetch(client.base + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const embeddings = [Array(collection.dimensions!).fill(1)];
  const { digest } = collection;
  await assertProblem(await post(`${at}/search`, { vectors: { digest: "00", embeddings } }), {
    status: 409,
    path: "vectors.digest",
    value: "00",
  });
  await assertProblem(await post(`${at}/search`, { vectors: { digest, embeddings: [[1, 2]] } }), {
    status: 422,
    path: "vectors.embeddings[0]",
  });
  await assertProblem(await post(`${at}/search`, { items: ["0", "none"] }), {
    status: 404,
    path: "items[1]",
    value: "none",
  });
  await assertProblem(await post(`${at}/search`, { items: ["0"], k: 1001 }), {
    status: 422,
    path: "k",
  });
  await assertProblem(
    await post(`${at}/items`, { items: [{ image: await uri(0) }, { image: "AAAA" }] }),
    { status: 422, path: "items[1].image" },
  );
  await assertProblem(await fetch(`${client.base}${at}/clusters?k=200`), {
    status: 422,
    path: "k",
  });
  const other = { name: "alikes", dataset: "shapes", model: "first" };
  await assertProblem(await post("/v1/collections", other), { status: 409, path: "name" });
  await assertProblem(await post("/v1/collections", { ...other, name: "b", model: "none" }), {
    status: 404,
    path: "model",
  });
  await assertProblem(await post("/v1/collections", { ...other, name: "b", dataset: "none" }), {
    status: 404,
    path: "dataset",
  });
  const remove = (path: string) => fetch(client.base + path, { method: "DELETE" });
  await assertProblem(await remove("/v1/datasets/shapes"), { status: 409 });
  await assertProblem(await remove(`/v1/models/${collection.model}`), { status: 409 });
}

/** The alias moves only where the models agree, while requests come in; then back. */
async function promoted(client: ServiceClient, first: string, second: string): Promise<void> {
  const at = "/v1/aliases/live";
  const promote = async (body: unknown) =>
    await fetch(client.base + at, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const canary = { dataset: "shapes", sample: 40, k: 5 };
  await assertProblem(await promote({ model: first, canary }), { status: 409, path: "canary" });
  assertEquals((await promote({ model: first })).status, 200);
  const refusal = await assertProblem(
    await promote({ model: second, canary: { ...canary, minOverlap: 1 } }),
    { status: 409, path: "canary.minOverlap", value: 1 },
  );
  assert(/overlap 0\.\d{3}, drift \d\.\d{3}, 40 items/.test(refusal.detail), refusal.detail);
  await assertProblem(await promote({ model: second, canary: { dataset: "shapes", k: 100 } }), {
    status: 422,
    path: "canary.k",
  });

  let ended = false;
  const load = (async () => {
    const input = await uri(1);
    while (!ended) {
      // It fails the test where the answer is no success.
      await client.json<EmbeddingResponse>("/v1/embeddings", { model: "live", input });
    }
  })();
  const accepted = await promote({
    model: second,
    canary: { collection: "alikes", sample: 40, k: 5, minOverlap: 0 },
  });
  const { model, canary: report } = await accepted.json() as Promotion;
  assertEquals(model, second);
  assert(report!.overlap > 0 && report!.overlap < 1 && report!.sample === 40);
  const back = await client.json<{ model: string }>(`${at}/rollback`, {});
  assertEquals(back.model, first);
  ended = true;
  await load;
  const history = await client.json<{ data: AliasChange[] }>(`${at}/history`);
  assertEquals(history.data.map(({ kind, model, previous }) => [kind, model, previous]), [
    ["rollback", first, second],
    ["set", second, first],
    ["set", first, null],
  ]);
  assertEquals(history.data[1]!.canary, report);
  await assertProblem(await fetch(`${client.base}/v1/aliases/none/history`), { status: 404 });
}
