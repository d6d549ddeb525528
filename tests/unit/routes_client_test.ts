import { assert, assertEquals, assertRejects } from "@std/assert";
import { type RoutesClient, routesClient } from "../../client.ts";
import type { TransportOptions } from "../../client/transport.ts";
import type { Config } from "../../src/config.ts";
import { OverloadedError } from "../../src/errors.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { PIXEL_BYTES, PIXEL_URI, testApp } from "../support/http_client.ts";

/** A client of an application over fakes, which has the data set `pets` and a default model. */
async function fakeClient(
  { config = {}, ...options }: TransportOptions & { config?: Partial<Config> } = {},
) {
  const test = testApp(config);
  const model = test.services.models.add(fakeModel("cats", ["simclr", "rotation"]));
  await test.services.models.setAlias("default", model.id);
  const client = routesClient({
    baseUrl: "http://localhost/",
    fetch: async (url, init) => await test.app.request(url, init),
    wait: () => Promise.resolve(),
    ...options,
  });
  return { client, model, ...test };
}

/** Imports a picture as a data set. */
async function importPets({ v1 }: RoutesClient) {
  const response = await v1.datasets.$post(
    { query: { name: "pets" } },
    { init: { body: PIXEL_BYTES } },
  );
  assert(response.ok);
  return await response.json();
}

Deno.test("a body is JSON, and what is made of it has its status and its place", async () => {
  const { client } = await fakeClient();
  assertEquals((await importPets(client)).name, "pets");
  const response = await client.v1.jobs.$post({
    json: { type: "train", dataset: "pets", steps: 10 },
  });
  assertEquals(response.status, 202);
  assert(response.ok);
  const job = await response.json();
  assertEquals(response.headers.get("location"), `/v1/jobs/${job.id}`);
  assertEquals(job.spec.type, "train");
  const plan = await client.v1.jobs.plan.$post({ json: { type: "train", dataset: "pets" } });
  assert(plan.ok);
  assertEquals((await plan.json()).trainingSeconds, 5);
});

Deno.test("parameters go into the path and the query", async () => {
  const { client } = await fakeClient();
  await importPets(client);
  const { v1 } = client;
  const submit = async () => {
    const response = await v1.jobs.$post({ json: { type: "train", dataset: "pets" } });
    assert(response.ok);
    return (await response.json()).id;
  };
  const [first, second] = [await submit(), await submit()];
  const job = await v1.jobs[":id"].$get({ param: { id: first } });
  assert(job.ok);
  assertEquals((await job.json()).id, first);
  const cancelled = await v1.jobs[":id"].cancel.$post({ param: { id: first } });
  assert(cancelled.ok);
  assertEquals((await cancelled.json()).state, "cancelled");
  const jobs = await v1.jobs.$get({ query: { state: "queued", limit: "5" } });
  assert(jobs.ok);
  assertEquals((await jobs.json()).data.map(({ id }) => id), [second]);
  const items = await v1.datasets[":dataset"].items.$get({
    param: { dataset: "pets" },
    query: { limit: "1" },
  });
  assert(items.ok);
  assertEquals((await items.json()).total, 1);
});

Deno.test("a route that takes nothing is asked with nothing, and no content is none", async () => {
  const { client } = await fakeClient();
  const ready = await client.ready.$get();
  assert(ready.ok);
  assertEquals((await ready.json()).ready, true);
  await importPets(client);
  const gone = await client.v1.datasets[":dataset"].$delete({ param: { dataset: "pets" } });
  assertEquals([gone.status, await gone.text()], [204, ""]);
});

Deno.test("text, bytes and forms go and come as they are", async () => {
  const { client } = await fakeClient();
  await importPets(client);
  const image = await client.v1.datasets[":dataset"].items[":index"].image.$get({
    param: { dataset: "pets", index: "0" },
  });
  assert(image.ok);
  assert((await image.arrayBuffer()).byteLength > 0);
  const metrics = await client.metrics.$get();
  assert(metrics.ok);
  assert((await metrics.text()).includes("alike_http_requests_total"));
  const byForm = await client.v1.embeddings.$post({
    form: { input: [new Blob([PIXEL_BYTES]), new Blob([PIXEL_BYTES])] },
  });
  const byJson = await client.v1.embeddings.$post({ json: { input: [PIXEL_URI, PIXEL_URI] } });
  assert(byForm.ok && byJson.ok);
  assertEquals((await byForm.json()).data, (await byJson.json()).data);
});

Deno.test("a refusal is an answer: a problem with its status, its code and its faults", async () => {
  const { client: { v1 } } = await fakeClient();
  const missing = await v1.jobs[":id"].$get({ param: { id: "job_0000000000000001" } });
  assertEquals([missing.ok, missing.status], [false, 404]);
  assert(!missing.ok);
  assertEquals((await missing.json()).code, "not_found");
  const wrong = await v1.jobs.$get({ query: { limit: "many" } });
  assert(!wrong.ok);
  const problem = await wrong.json();
  assertEquals([problem.status, problem.errors[0]?.path], [422, "limit"]);
});

Deno.test("the key is sent with what a call says of its own", async () => {
  const apiKey = "0123456789abcdef";
  const config = { apiKeys: [apiKey] };
  const { client, model } = await fakeClient({ config, apiKey });
  const late = { headers: { "x-deadline-ms": "never" } };
  const models = await client.v1.models.$get();
  assert(models.ok);
  assertEquals((await models.json()).data.map(({ id }) => id), [model.id]);
  const refused = await client.v1.embeddings.$post({ json: { input: PIXEL_URI } }, late);
  assert(!refused.ok);
  assertEquals((await refused.json()).errors[0]?.path, "X-Deadline-Ms");
  const { client: stranger } = await fakeClient({ config });
  assertEquals((await stranger.v1.models.$get()).status, 401);
});

Deno.test("what is put off is sent again when the service says, and is an answer in the end", async () => {
  const waits: number[] = [];
  const { client, services } = await fakeClient({
    wait: (ms) => {
      waits.push(ms);
      if (waits.length === 2) services.embedder.failure = null;
      return Promise.resolve();
    },
    retries: 2,
  });
  const full = new OverloadedError("Cannot take 1 image now", 2.3);
  services.embedder.failure = full;
  const ask = () => client.v1.embeddings.$post({ json: { input: PIXEL_URI } });
  const answer = await ask();
  assert(answer.ok);
  assertEquals((await answer.json()).data.length, 1);
  assertEquals(waits, [3000, 3000]);
  services.embedder.failure = full;
  const refused = await ask();
  assertEquals([refused.status, waits.length], [429, 4]);
  assert(!refused.ok);
  assertEquals((await refused.json()).code, "overloaded");
});

Deno.test("a service that starts is asked again after ever longer waits; a stream goes once", async () => {
  const waits: number[] = [];
  const bodies: string[] = [];
  const client = routesClient({
    baseUrl: "http://localhost/alike/",
    fetch: async (url, init) => {
      bodies.push(`${new URL(url).pathname} ${await new Response(init.body).text()}`);
      return new Response("starting", { status: 503 });
    },
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    retries: 2,
  });
  const json = { embeddings: [[1, 0], [0, 1]] };
  assertEquals((await client.v1.losses["nt-xent"].$post({ json })).status, 503);
  assertEquals(waits, [250, 500]);
  const sent = `/alike/v1/losses/nt-xent ${JSON.stringify(json)}`;
  assertEquals(bodies.splice(0), [sent, sent, sent]);
  const body = new Blob(["a tar"]).stream();
  await client.v1.datasets.$post({ query: { name: "pets" } }, { init: { body } });
  assertEquals(bodies, ["/alike/v1/datasets a tar"]);
});

Deno.test("whoever gives up while the client waits has not to wait any longer", async () => {
  let asked = 0;
  const client = routesClient({
    fetch: () => {
      asked++;
      return Promise.resolve(
        new Response("busy", { status: 429, headers: { "retry-after": "30" } }),
      );
    },
  });
  const giveUp = new AbortController();
  const reason = new Error("gave up");
  const answer = client.health.$get(undefined, { init: { signal: giveUp.signal } });
  // Its timer is running by then; one that stayed would fail the test as a leak.
  setTimeout(() => giveUp.abort(reason), 20);
  assertEquals(await assertRejects(() => answer), reason);
  assertEquals(asked, 1);
});
