import { assert, assertEquals } from "@std/assert";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { assertProblem, PIXEL, PIXEL_BYTES, testApp } from "../support/http_client.ts";

const headers = { "content-type": "application/json" };

/** `total` bytes in chunks of 100, and how many were pulled. */
function chunked(total: number) {
  const state = { sent: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (state.sent >= total) return controller.close();
      controller.enqueue(new Uint8Array(100).fill(0x20));
      state.sent += 100;
    },
    cancel() {
      state.cancelled = true;
    },
  }, { highWaterMark: 0 });
  return { body, state };
}

Deno.test("a body that is too large is refused by what it announces", async () => {
  const { send } = testApp({ maxBodyBytes: 1024, maxUploadBytes: 2000 });
  const { body, state } = chunked(1e6);
  const response = await send("POST", "/v1/embeddings", {
    headers: { ...headers, "content-length": "1000000" },
    body,
  });
  await assertProblem(response, {
    status: 413,
    path: "body",
    rule: "must have at most 1024 bytes (ALIKE_MAX_BODY_BYTES)",
    value: 1_000_000,
  });
  assertEquals(state.sent, 0);
});

Deno.test("a body that does not say how large it is stops at the limit", async () => {
  const { send, services } = testApp({ maxBodyBytes: 1024, maxUploadBytes: 2000 });
  const json = chunked(1e6);
  await assertProblem(await send("POST", "/v1/jobs", { headers, body: json.body }), {
    status: 413,
    path: "body",
  });
  assert(json.state.sent <= 1200);
  assert(json.state.cancelled);

  const upload = chunked(1e6);
  await assertProblem(await send("POST", "/v1/datasets?name=a", { body: upload.body }), {
    status: 413,
    path: "body",
    rule: "must have at most 2000 bytes (ALIKE_MAX_UPLOAD_BYTES)",
  });
  assert(upload.state.sent <= 2200);
  assert(upload.state.cancelled);
  assertEquals(await services.datasets.list(), []);
});

Deno.test("an upload may be larger than other bodies", async () => {
  const { send } = testApp({ maxBodyBytes: 1024, maxUploadBytes: 5000 });
  const { body } = chunked(4000);
  assertEquals((await send("POST", "/v1/datasets?name=a", { body })).status, 201);
});

Deno.test("images in forms and bodies obey the limit too", async () => {
  const { send } = testApp({ maxBodyBytes: 1024 });
  const form = new FormData();
  form.append("input", new Blob([new Uint8Array(2000)]), "a.png");
  await assertProblem(await send("POST", "/v1/embeddings", { body: form }), { status: 413 });
  await assertProblem(
    await send("POST", "/v1/predict/jigsaw", {
      headers: { "content-type": "image/png" },
      body: new Uint8Array(2000),
    }),
    { status: 413 },
  );
});

Deno.test("a body that is cut off is malformed, and leaves no data set", async () => {
  const { send, services } = testApp();
  const cutOff = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(PIXEL_BYTES);
      },
      pull(controller) {
        controller.error(new TypeError("connection reset"));
      },
    });
  for (const path of ["/v1/datasets?name=a", "/v1/jobs"]) {
    await assertProblem(await send("POST", path, { headers, body: cutOff() }), {
      status: 400,
      code: "malformed",
      path: "body",
      rule: "must come whole",
    });
  }
  assertEquals(await services.datasets.list(), []);
});

Deno.test("an upload that stalls is given up", async () => {
  const { send, services } = testApp({ requestTimeoutMs: 20 });
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(PIXEL_BYTES);
    },
    cancel() {
      cancelled = true;
    },
  });
  await assertProblem(await send("POST", "/v1/datasets?name=a", { body }), {
    status: 504,
    code: "timeout",
  });
  assert(cancelled);
  assertEquals(await services.datasets.list(), []);
});

Deno.test("a request that takes too long is answered, and its work called off", async () => {
  const { send, services } = testApp({ requestTimeoutMs: 20 });
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  await services.models.setAlias("default", model.id);
  const gate = Promise.withResolvers<void>();
  services.embedder.gate = gate.promise;
  await assertProblem(await send("POST", "/v1/embeddings", { json: { input: PIXEL } }), {
    status: 504,
    code: "timeout",
  });
  assert(services.embedder.lastCall!.signal.aborted);
  gate.resolve();

  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    cancel() {
      cancelled = true;
    },
  });
  await assertProblem(await send("POST", "/v1/jobs", { headers, body }), { status: 504 });
  assert(cancelled);
});

Deno.test("an event stream may last longer than a request", async () => {
  const { send, services } = testApp({ requestTimeoutMs: 20 });
  await send("POST", "/v1/datasets?name=cats", { body: PIXEL_BYTES });
  const job = await services.jobs.submit(
    { type: "train", dataset: "cats", heads: [] } as unknown as Parameters<
      typeof services.jobs.submit
    >[0],
  );
  const reading = send("GET", `/v1/jobs/${job.id}/events`).then((response) => response.text());
  await new Promise((resolve) => setTimeout(resolve, 60));
  services.jobs.setState(job.id, "succeeded");
  assert((await reading).includes('"succeeded"'));
});
