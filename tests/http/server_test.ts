/** What only a real socket shows: clients that leave, streams that stay open, cut-off uploads. */
import { assert, assertEquals } from "@std/assert";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { assertProblem, jsonOf, PIXEL, PIXEL_BYTES, testApp } from "../support/http_client.ts";
import { serving } from "../support/serve.ts";

/** Waits for something that another task brings about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function withModel() {
  const test = testApp();
  const model = test.services.models.add(fakeModel("cats", ["simclr"]));
  await test.services.models.setAlias("default", model.id);
  return test;
}

const embedding = (signal?: AbortSignal): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ input: PIXEL }),
  ...(signal === undefined ? {} : { signal }),
});

Deno.test("a client that leaves calls its work off", async () => {
  const { app, services } = await withModel();
  const gate = Promise.withResolvers<void>();
  services.embedder.gate = gate.promise;
  await serving(app, async (url) => {
    const leave = new AbortController();
    const answer = fetch(`${url}/v1/embeddings`, embedding(leave.signal)).catch(() => null);
    await until(() => services.embedder.lastCall !== null);
    leave.abort();
    assertEquals(await answer, null);
    await until(() => services.embedder.lastCall!.signal.aborted);
    gate.resolve();
  });
});

Deno.test("a graceful stop waits for answers and ends event streams", async () => {
  const { app, services, send } = await withModel();
  await send("POST", "/v1/datasets?name=cats", { body: PIXEL_BYTES });
  const json = { type: "train", dataset: "cats" };
  const { id } = await jsonOf(await send("POST", "/v1/jobs", { json }), 202);
  const gate = Promise.withResolvers<void>();
  services.embedder.gate = gate.promise;
  let answer: Promise<Response> | undefined;
  let events: Promise<string> | undefined;
  await serving(app, async (url) => {
    events = fetch(`${url}/v1/jobs/${id}/events`).then((response) => response.text());
    answer = fetch(`${url}/v1/embeddings`, embedding());
    await until(() => services.jobs.openStreams === 1 && services.embedder.lastCall !== null);
    services.stop();
    setTimeout(() => gate.resolve(), 20);
  });
  assertEquals((await answer!).status, 200);
  await (await answer!).body?.cancel();
  assert((await events!).includes('"queued"'));
});

Deno.test("an upload whose client leaves is not taken for a whole one", async () => {
  const { app, services } = testApp();
  let seen = 0;
  const { import: original } = services.datasets;
  let failed: unknown;
  services.datasets.import = async (upload) => {
    const counted = upload.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          seen += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
    try {
      return await original.call(services.datasets, { ...upload, body: counted });
    } catch (error) {
      failed = error;
      throw error;
    }
  };
  await serving(app, async (url) => {
    const connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(url).port),
    });
    const head =
      "POST /v1/datasets?name=half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";
    await connection.write(new TextEncoder().encode(head + "x".repeat(500)));
    await until(() => seen === 500);
    connection.close();
    await until(() => failed !== undefined);
  });
  assertEquals(await services.datasets.list(), []);
});

Deno.test("a chunked body is cut off at the limit, with an answer", async () => {
  const { app } = testApp({ maxBodyBytes: 100_000 });
  await serving(app, async (url) => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent > 400_000) return controller.close();
        sent += 10_000;
        controller.enqueue(new Uint8Array(10_000).fill(0x20));
      },
    });
    const response = await fetch(`${url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await assertProblem(response, { status: 413, path: "body" });
  });
});

Deno.test("a large upload is refused without being read", async () => {
  const { app } = testApp({ maxUploadBytes: 1000 });
  await serving(app, async (url) => {
    const connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(url).port),
    });
    const head = "POST /v1/datasets?name=big HTTP/1.1\r\nHost: localhost\r\n" +
      "Content-Length: 5000000000\r\nConnection: close\r\n\r\n";
    await connection.write(new TextEncoder().encode(head));
    const buffer = new Uint8Array(4096);
    const length = await connection.read(buffer);
    const answer = new TextDecoder().decode(buffer.subarray(0, length ?? 0));
    assert(answer.startsWith("HTTP/1.1 413"), answer);
    connection.close();
  });
});
