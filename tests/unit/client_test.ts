import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AlikeClient, cosine, imageText, RefusedError } from "../../client.ts";
import { fakeEmbedding } from "../support/fakes/fake_embedder.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { PIXEL, PIXEL_BYTES, PIXEL_URI, testApp } from "../support/http_client.ts";

/** A client whose requests go straight to an application over fakes. */
async function fakeClient(options: { apiKeys?: string[]; apiKey?: string } = {}) {
  const { apiKey, ...config } = options;
  const test = testApp(config);
  const model = test.services.models.add(fakeModel("cats", ["simclr", "rotation"]));
  await test.services.models.setAlias("default", model.id);
  const client = new AlikeClient({
    baseUrl: "http://localhost/",
    ...(apiKey === undefined ? {} : { apiKey }),
    fetch: async (url, init) => await test.app.request(url, init),
    wait: () => Promise.resolve(),
  });
  return { client, model, ...test };
}

Deno.test("images come as bytes, files or text, and their vectors as float32", async () => {
  const { client, model } = await fakeClient();
  const images = [PIXEL_BYTES, new Blob([PIXEL_BYTES]), PIXEL, PIXEL_URI];
  const answer = await client.embed(images, { normalize: false });
  assertEquals([answer.model, answer.digest], ["cats", model.digest]);
  const expected = Float32Array.from(fakeEmbedding(PIXEL_BYTES));
  assertEquals(answer.vectors, images.map(() => expected));
  assertEquals((await client.embed([], {})).vectors, []);
});

Deno.test("many images go in several requests and keep their order", async () => {
  const { client, services } = await fakeClient();
  const { vectors } = await client.embed(Array(150).fill(PIXEL_BYTES));
  assertEquals(vectors.length, 150);
  assertEquals(services.embedder.images, 150);
});

Deno.test("a refusal says the status, the code, and which field is at fault", async () => {
  const { client } = await fakeClient();
  const error = await assertRejects(() => client.embed(["!"]), RefusedError);
  assertEquals([error.status, error.code], [422, "invalid"]);
  assertEquals(error.errors[0]?.path, "input[0]");
  const missing = await assertRejects(() => client.model("none"), RefusedError);
  assertEquals([missing.status, missing.code], [404, "not_found"]);
});

Deno.test("another block of a model is served by a model of its own", async () => {
  const { client, model } = await fakeClient();
  const made = await client.serveBlock("default", 1);
  assertEquals([made.name, made.spec.block], ["cats-block1", 1]);
  assertEquals((await client.serveBlock(model.id, 0, "low")).name, "low");
});

Deno.test("the key is sent; without it there is a refusal", async () => {
  const apiKey = "0123456789abcdef";
  const { client } = await fakeClient({ apiKeys: [apiKey], apiKey });
  assertEquals((await client.models()).length, 1);
  const { client: stranger } = await fakeClient({ apiKeys: [apiKey] });
  const error = await assertRejects(() => stranger.models(), RefusedError);
  assertEquals(error.status, 401);
});

Deno.test("what is put off is asked again after as long as the service says, and not for ever", async () => {
  const waits: number[] = [];
  let left = 3;
  const client = (retries: number) =>
    new AlikeClient({
      retries,
      fetch: () => {
        if (left-- > 0) {
          const headers = left === 1 ? {} : { "retry-after": "2" };
          return Promise.resolve(new Response("busy", { status: 429, headers }));
        }
        return Promise.resolve(Response.json({ object: "list", data: [] }));
      },
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
  assertEquals(await client(4).models(), []);
  assertEquals(waits, [2000, 500, 2000]);
  left = 9;
  const error = await assertRejects(() => client(1).models(), RefusedError);
  assertEquals([error.status, error.code, error.message], [429, "unknown", "busy"]);
  assertEquals(waits.length, 4);
});

Deno.test("a stream that breaks off is taken up after the last event that came", async () => {
  const state = (id: number, name: string) =>
    `id: ${id}\nevent: state\ndata: ${
      JSON.stringify({ id, time: "2026-01-01T00:00:00Z", type: "state", data: { state: name } })
    }\n\n`;
  const asked: string[] = [];
  const client = new AlikeClient({
    fetch: (url) => {
      asked.push(new URL(url).search);
      if (asked.length === 1) {
        const broken = new ReadableStream<Uint8Array>({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(state(1, "queued") + state(2, "running")));
          },
          pull(controller) {
            controller.error(new TypeError("connection reset"));
          },
        });
        return Promise.resolve(new Response(broken));
      }
      return Promise.resolve(new Response(state(3, "succeeded")));
    },
  });
  const ids: number[] = [];
  for await (const { id } of client.events("job_0000000000000001")) ids.push(id);
  assertEquals(ids, [1, 2, 3]);
  assertEquals(asked, ["?after=0", "?after=2"]);
});

Deno.test("jobs, sessions, predictions and losses are asked by their names", async () => {
  const { client } = await fakeClient();
  await client.importDataset("pets", "x");
  assertEquals(
    (await client.ensureDataset("pets", () => Promise.reject(new Error("no")))).name,
    "pets",
  );
  const job = await client.submit({ type: "train", dataset: "pets" });
  assertEquals(job.spec.name, "pets");
  assertEquals((await client.plan({ type: "train", dataset: "pets" })).trainingSeconds, 5);
  assertEquals((await client.control(job.id, "cancel")).state, "cancelled");
  assertEquals((await client.jobs("cancelled")).map(({ id }) => id), [job.id]);
  const answer = await client.predict<{ data: { degrees: number }[] }>("rotation", [PIXEL_BYTES]);
  assertEquals(answer.data[0]!.degrees, 90);
  const { loss } = await client.ntXent({ embeddings: [[1, 0], [1, 0], [0, 1], [0, 1]] });
  assertEquals(loss, 0.5);
  const session = await client.startSession();
  assertEquals((await client.step(session, [PIXEL_BYTES, PIXEL_BYTES])).step, 1);
  assert((await client.saveSession(session, "by-hand")).id.startsWith("model_"));
  await client.endSession(session);
});

Deno.test("cosines, and images as text", async () => {
  assertAlmostEquals(cosine([1, 2], [2, 4]), 1, 1e-12);
  assertAlmostEquals(cosine([1, 0], [0, 3]), 0, 1e-12);
  assertEquals(cosine([0, 0], [1, 1]), 0);
  assertThrows(() => cosine([1], [1, 2]), RangeError);
  assertEquals(await imageText(Uint8Array.of(1, 2, 255)), "AQL/");
});

Deno.test("a plan is of the type that was asked for", async () => {
  const asked: string[] = [];
  const entry = { label: "rotation", plan: { secondsPerStep: 0.5 } };
  const client = new AlikeClient({
    fetch: (url, { method, body }) => {
      asked.push(`${method} ${url} ${body}`);
      return Promise.resolve(Response.json({ type: "tournament", entries: [entry] }));
    },
  });
  const objectives: ["rotation"] = ["rotation"];
  const request = { type: "tournament" as const, dataset: "pets", objectives };
  const { entries } = await client.plan(request);
  assertEquals(entries[0]?.plan.secondsPerStep, 0.5);
  assertEquals(asked, [`POST http://127.0.0.1:8787/v1/jobs/plan ${JSON.stringify(request)}`]);
});

Deno.test("how a tournament stands is asked by the job's id", async () => {
  const asked: string[] = [];
  const standing = { entries: [], table: null, recommended: null, served: null };
  const client = new AlikeClient({
    baseUrl: "http://localhost/",
    fetch: (url) => {
      asked.push(String(url));
      return Promise.resolve(Response.json(standing));
    },
  });
  assertEquals(await client.tournament("job_0000000000000001"), standing);
  assertEquals(asked, ["http://localhost/v1/jobs/job_0000000000000001/tournament"]);
});
