import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { InternalError, OverloadedError } from "../../src/errors.ts";
import { EmbeddingResponse } from "../../src/schemas/embedding.ts";
import { fakeEmbedding } from "../support/fakes/fake_embedder.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import {
  assertProblem,
  jsonOf,
  PIXEL,
  PIXEL_BYTES,
  PIXEL_URI,
  testApp,
} from "../support/http_client.ts";

const raw = fakeEmbedding(PIXEL_BYTES);
const norm = Math.hypot(...raw);

async function withModel(...args: Parameters<typeof testApp>) {
  const test = testApp(...args);
  const model = test.services.models.add(fakeModel("cats", ["simclr"]));
  await test.services.models.setAlias("default", model.id);
  return { ...test, model };
}

Deno.test("images come as data URIs and as base64, one or several", async () => {
  const { send, model } = await withModel();
  for (const input of [PIXEL_URI, PIXEL, [PIXEL_URI], [PIXEL]]) {
    const answer = await jsonOf(await send("POST", "/v1/embeddings", { json: { input } }));
    EmbeddingResponse.parse(answer);
    assertEquals(answer.object, "list");
    assertEquals(answer.model, "cats");
    assertEquals(answer.digest, model.digest);
    assertEquals(answer.dimensions, 4);
    assertEquals(answer.usage, { prompt_tokens: 0, total_tokens: 0 });
    assertEquals(answer.data.length, 1);
    answer.data[0].embedding.forEach((x: number, i: number) =>
      assertAlmostEquals(x, raw[i]! / norm, 1e-6)
    );
  }
});

Deno.test("each vector stands at the index of its image", async () => {
  const { send } = await withModel();
  const longer = new Uint8Array([...PIXEL_BYTES, 7]).toBase64();
  const json = { input: [longer, PIXEL], normalize: false };
  const { data } = await jsonOf(await send("POST", "/v1/embeddings", { json }));
  assertEquals(data.map(({ index }: { index: number }) => index), [0, 1]);
  assertEquals(data.map(({ embedding }: { embedding: number[] }) => embedding[0]), [
    PIXEL_BYTES.length + 1,
    PIXEL_BYTES.length,
  ]);
});

Deno.test("a form with files and an image as the body give what JSON gives", async () => {
  const { send } = await withModel();
  const options = { model: "cats", dimensions: 2, normalize: false, encoding_format: "base64" };
  const json = { input: PIXEL, ...options };
  const expected = await jsonOf(await send("POST", "/v1/embeddings", { json }));

  const form = new FormData();
  for (const [name, value] of Object.entries(options)) form.set(name, `${value}`);
  form.append("picture", new Blob([PIXEL_BYTES], { type: "image/png" }), "a.png");
  assertEquals(await jsonOf(await send("POST", "/v1/embeddings", { body: form })), expected);

  const query = new URLSearchParams(Object.entries(options).map(([k, v]) => [k, `${v}`]));
  const image = { headers: { "content-type": "image/png" }, body: PIXEL_BYTES };
  assertEquals(await jsonOf(await send("POST", `/v1/embeddings?${query}`, image)), expected);
});

Deno.test("a form may hold several files, and texts as in JSON", async () => {
  const { send } = await withModel();
  const form = new FormData();
  form.append("input", new Blob([PIXEL_BYTES]), "a.png");
  form.append("input", PIXEL_URI);
  const { data } = await jsonOf(await send("POST", "/v1/embeddings", { body: form }));
  assertEquals(data.length, 2);
});

Deno.test("base64 holds the same float32 numbers, little-endian", async () => {
  const { send } = await withModel();
  const json = { input: PIXEL, normalize: false, encoding_format: "base64" };
  const { data } = await jsonOf(await send("POST", "/v1/embeddings", { json }));
  const bytes = Uint8Array.fromBase64(data[0].embedding);
  const view = new DataView(bytes.buffer);
  assertEquals(raw.map((_, i) => view.getFloat32(4 * i, true)), raw);
});

Deno.test("dimensions keeps the first numbers, then scales them", async () => {
  const { send } = await withModel();
  const json = { input: PIXEL, dimensions: 2 };
  const answer = await jsonOf(await send("POST", "/v1/embeddings", { json }));
  assertEquals(answer.dimensions, 2);
  const [x, y] = answer.data[0].embedding;
  assertEquals(answer.data[0].embedding.length, 2);
  assertAlmostEquals(x * x + y * y, 1, 1e-6);
  assertAlmostEquals(x / y, raw[0]! / raw[1]!, 1e-4);
  await assertProblem(
    await send("POST", "/v1/embeddings", { json: { input: PIXEL, dimensions: 5 } }),
    { status: 422, path: "dimensions", rule: "must be at most 4, the model's", value: 5 },
  );
});

Deno.test("a vector of zeros stays one", async () => {
  const { send, services } = await withModel();
  services.embedder.embed = () =>
    Promise.resolve({ embeddings: new Float32Array(4), dimensions: 4 });
  const { data } = await jsonOf(await send("POST", "/v1/embeddings", { json: { input: PIXEL } }));
  assertEquals(data[0].embedding, [0, 0, 0, 0]);
});

Deno.test("a vector that is not finite is a fault of ours, never null", async () => {
  const { send, services } = await withModel();
  services.embedder.embed = () =>
    Promise.resolve({ embeddings: new Float32Array([1, NaN, 0, 0]), dimensions: 4 });
  await assertProblem(await send("POST", "/v1/embeddings", { json: { input: PIXEL } }), {
    status: 500,
  });
});

Deno.test("what OpenAI's clients send beside is ignored", async () => {
  const { send } = await withModel();
  const json = { input: PIXEL, user: "me", extra: { __proto__: null } };
  assertEquals((await send("POST", "/v1/embeddings?api-version=1", { json })).status, 200);
});

Deno.test("an option in the query is not overlooked where the body holds the options", async () => {
  const { send } = await withModel();
  const form = new FormData();
  form.append("input", new Blob([PIXEL_BYTES]), "a.png");
  for (const init of [{ json: { input: PIXEL } }, { body: form }]) {
    await assertProblem(await send("POST", "/v1/embeddings?model=dogs", init), {
      status: 422,
      path: "model",
      rule: /must be a field of the body/,
      value: "dogs",
    });
  }
});

Deno.test("the model is the alias default, or the one that is named", async () => {
  const { send, services } = await withModel();
  const other = services.models.add(fakeModel("dogs", ["simclr"]));
  for (const model of [other.id, other.digest, "dogs"]) {
    const answer = await jsonOf(
      await send("POST", "/v1/embeddings", { json: { input: PIXEL, model } }),
    );
    assertEquals(answer.digest, other.digest);
  }
  await assertProblem(
    await send("POST", "/v1/embeddings", { json: { input: PIXEL, model: "birds" } }),
    { status: 404, path: "model", value: "birds" },
  );
  await assertProblem(
    await testApp().send("POST", "/v1/embeddings", { json: { input: PIXEL } }),
    { status: 404, path: "model", rule: /until a model is trained/, value: "default" },
  );
});

Deno.test("an input that is no image is named by its index", async () => {
  const { send } = await withModel();
  const image = /must be an image|must be a JPEG, PNG/;
  const cases: [unknown, string, RegExp, unknown][] = [
    ["The food was delicious", "input", image, "The food was delicious"],
    // What happens to be base64 is found out by whoever decodes it.
    ["text", "input", image, "text"],
    [["text"], "input[0]", image, "text"],
    [["cats!"], "input[0]", image, "cats!"],
    [[PIXEL, "é"], "input[1]", image, "é"],
    [[PIXEL, ""], "input[1]", image, ""],
    ["", "input", image, ""],
    ["data:image/png;base64,", "input", /empty/, "data:image/png;base64,"],
    ["data:image/png,abc", "input", /data URI/, "data:image/png,abc"],
    ["data:text/html;base64,PGI+", "input", /data URI/, "data:text/html;base64,PGI+"],
    ["data:", "input", /data URI/, "data:"],
    ["https://example.com/a.png", "input", /never fetched/, "https://example.com/a.png"],
    [[" HTTP://169.254.169.254/"], "input[0]", /never fetched/, " HTTP://169.254.169.254/"],
    ["file:///etc/passwd", "input", image, "file:///etc/passwd"],
    [[], "input", /at least 1 item/, "[]"],
    [[1, 2], "input[0]", image, 1],
    [[[1, 2]], "input[0]", image, "[1,2]"],
    [5, "input", /must be an image/, 5],
    [{}, "input", /must be an image/, "{}"],
    [null, "input", /must be an image/, null],
    [undefined, "input", /must be given/, null],
    [Array(2049).fill("a"), "input", /at most 2048 items/, `[${Array(25).fill(`"a"`).join()}…`],
  ];
  for (const [input, path, rule, value] of cases) {
    const problem = await assertProblem(
      await send("POST", "/v1/embeddings", { json: { input } }),
      { status: 422, path, rule, value },
    );
    assertEquals(problem.error.param, path);
    assertEquals(problem.error.type, "invalid_request_error");
  }
});

Deno.test("forms and bodies without an image are refused", async () => {
  const { send } = await withModel();
  const form = new FormData();
  form.set("model", "cats");
  await assertProblem(await send("POST", "/v1/embeddings", { body: form }), {
    status: 422,
    path: "input",
    rule: /must be given/,
  });
  form.append("input", new Blob([PIXEL_BYTES]), "a.png");
  form.set("dimensions", "many");
  await assertProblem(await send("POST", "/v1/embeddings", { body: form }), {
    status: 422,
    path: "dimensions",
    value: "many",
  });
  const png = { "content-type": "image/png" };
  await assertProblem(await send("POST", "/v1/embeddings", { headers: png, body: "" }), {
    status: 422,
    path: "body",
  });
  await assertProblem(
    await send("POST", "/v1/embeddings?normalize=yes", { headers: png, body: PIXEL_BYTES }),
    { status: 422, path: "normalize", value: "yes" },
  );
  const headers = { "content-type": "multipart/form-data" };
  await assertProblem(await send("POST", "/v1/embeddings", { headers, body: "junk" }), {
    status: 400,
    code: "malformed",
  });
  await assertProblem(
    await send("POST", "/v1/embeddings", {
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body: "--x\r\ncontent-disposition: form-data; name=a\r\n\r\ncut of",
    }),
    { status: 400, code: "malformed" },
  );
});

Deno.test("a deadline and the client's leaving reach the embedder", async () => {
  const { send, services } = await withModel();
  const before = Date.now();
  const embed = async (headers: Record<string, string>, signal?: AbortSignal) =>
    await send("POST", "/v1/embeddings", {
      json: { input: PIXEL },
      headers,
      ...(signal === undefined ? {} : { signal }),
    });
  assertEquals((await embed({ "x-deadline-ms": "5000" })).status, 200);
  const { deadline } = services.embedder.lastCall!;
  assertGreater(deadline!, before + 4999);
  assert(deadline! <= Date.now() + 5000);
  for (const value of ["0", "-5", "soon", "1e9", "5.5"]) {
    await assertProblem(await embed({ "x-deadline-ms": value }), {
      status: 422,
      path: "X-Deadline-Ms",
    });
  }

  const leave = new AbortController();
  const gate = Promise.withResolvers<void>();
  services.embedder.gate = gate.promise;
  services.embedder.lastCall = null;
  const answer = embed({}, leave.signal);
  while (services.embedder.lastCall === null) await new Promise((r) => setTimeout(r, 1));
  leave.abort();
  assertEquals((services.embedder.lastCall as { signal: AbortSignal }).signal.aborted, true);
  gate.reject(new Error("whatever follows"));
  await assertProblem(await answer, { status: 499, code: "cancelled" });
});

Deno.test("a full queue answers 429 with the time to come back", async () => {
  const { send, services } = await withModel();
  services.embedder.failure = new OverloadedError("Cannot take 1 image now", 2.3);
  const response = await send("POST", "/v1/embeddings", { json: { input: PIXEL } });
  assertEquals(response.headers.get("retry-after"), "3");
  const problem = await assertProblem(response, { status: 429, code: "overloaded" });
  assertEquals(problem.error.type, "rate_limit_error");
});

Deno.test("a fault of ours is told to the log, not to the client", async () => {
  const { send, services } = await withModel();
  for (const failure of [new Error("secret 1"), new InternalError("secret 1")]) {
    services.embedder.failure = failure;
    const problem = await assertProblem(
      await send("POST", "/v1/embeddings", { json: { input: PIXEL } }),
      { status: 500, code: "internal" },
    );
    assert(!JSON.stringify(problem).includes("secret"));
    const line = services.lines.find((text) =>
      text.includes("secret") && text.includes(problem.instance)
    );
    assertEquals(JSON.parse(line!).requestId, problem.instance);
  }
});
