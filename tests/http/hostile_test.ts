/**
 * Hostile input to every route of the OpenAPI document: nothing but a 4xx problem document may come
 * back, and whatever comes back stays small.
 */
import { assert, assertEquals } from "@std/assert";
import { fakeModel } from "../support/fakes/fake_models.ts";
import {
  assertProblem,
  jsonOf,
  PIXEL,
  PIXEL_BYTES,
  type TestApp,
  testApp,
} from "../support/http_client.ts";

const JSON_TYPE = { "content-type": "application/json" };
const vectors = [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]];

/** A body that each route accepts, to be spoilt. */
const VALID: Record<string, Record<string, unknown>> = {
  createModel: { from: "cats", block: 1, name: "m-1" },
  submitJob: {
    type: "train",
    dataset: "cats",
    name: "m",
    objective: { name: "simclr", temperature: 0.5 },
    heads: [{ objective: "rotation", weight: 1 }],
    from: { model: "cats", frozen: 1, heads: false },
    encoder: { name: "resnet8", width: 16 },
    recipe: {
      preset: "simclr-cifar",
      augment: { crop: { area: [0.1, 1] } },
      optimizer: { name: "sgd" },
      schedule: { warmup: 0.1 },
    },
    imageSize: 32,
    steps: 1,
    batchSize: 4,
    evaluate: { queries: 10 },
    seed: 0,
  },
  planJob: {
    type: "train",
    dataset: "cats",
    objective: "rotation",
    from: "cats",
    encoder: { name: "small_conv", width: 4 },
    minutes: 1,
    batchSize: 4,
    chunkSize: 2,
  },
  createSession: { encoder: { name: "resnet8" }, augment: { flip: 0 }, projection: { hidden: 8 } },
  stepSession: { images: [PIXEL, PIXEL] },
  saveSession: { name: "m" },
  ntXent: { embeddings: vectors, temperature: 0.5, gradient: true },
  createEmbeddings: {
    model: "cats",
    input: [PIXEL],
    encoding_format: "float",
    dimensions: 2,
    normalize: true,
  },
  compare: { a: { digest: "d", embeddings: vectors }, b: { digest: "d", embeddings: vectors } },
  predictRotation: { model: "cats", input: PIXEL },
  predictRelativePosition: { model: "cats", input: PIXEL },
  predictFrameOrder: { model: "cats", input: [PIXEL, PIXEL, PIXEL] },
  predictJigsaw: { model: "cats", input: PIXEL, shuffle: 1 },
  predictReconstruct: { model: "cats", input: PIXEL },
  predictDenoise: { model: "cats", input: PIXEL, addNoise: 1 },
  predictInpaint: { model: "cats", input: PIXEL, mask: PIXEL },
  setAlias: { model: "cats" },
  promote: { model: "cats" },
  createCollection: { name: "made", dataset: "cats", model: "cats" },
  reindexCollection: { model: "cats" },
  addItems: {
    items: [{ id: "tabby", image: PIXEL, label: "cat", metadata: { year: 2026, tame: true } }],
  },
  searchCollection: {
    input: [PIXEL],
    k: 3,
    filter: { label: { in: ["cat"] }, metadata: { year: { in: [2026, "x"] } } },
  },
  extendJob: { steps: 5 },
  previewViewsOfRecipe: { items: 1, views: 1, imageSize: 32, channels: 3 },
};

interface Route {
  id: string;
  method: string;
  path: string;
}

async function prepared(): Promise<TestApp & { json: Route[]; all: Route[] }> {
  const test = testApp({ maxBodyBytes: 16 * 2 ** 20 });
  await test.send("POST", "/v1/datasets?name=cats", { body: PIXEL_BYTES });
  test.services.models.add(
    fakeModel("cats", [
      "simclr",
      "rotation",
      "jigsaw",
      "relative-position",
      "frame-order",
      "denoising-autoencoder",
      "context-encoder",
    ]),
  );
  await test.send("POST", "/v1/collections", {
    json: { name: "cats", dataset: "cats", model: "cats" },
  });
  const session = await jsonOf(await test.send("POST", "/v1/sessions", { json: {} }), 201);
  const job = await jsonOf(await test.send("POST", "/v1/jobs", { json: VALID["submitJob"] }), 202);
  const ended = await jsonOf(
    await test.send("POST", "/v1/jobs", { json: VALID["submitJob"] }),
    202,
  );
  await test.send("POST", `/v1/jobs/${ended.id}/cancel`);
  const document = await jsonOf(await test.send("GET", "/openapi.json"));
  const all: Route[] = [];
  const json: Route[] = [];
  for (const [template, methods] of Object.entries<Record<string, unknown>>(document.paths)) {
    const aJob = template.endsWith("/extend") ? ended.id : job.id;
    const kind = template.startsWith("/v1/jobs") ? aJob : session.id;
    const path = template.replace("{id}", kind).replace("{name}", "best").replace(
      "{dataset}",
      "cats",
    ).replace("{collection}", "cats");
    for (const [method, operation] of Object.entries(methods)) {
      const { operationId: id, requestBody } = operation as {
        operationId: string;
        requestBody?: { content: Record<string, unknown> };
      };
      all.push({ id, method: method.toUpperCase(), path: template });
      if (requestBody?.content["application/json"] !== undefined) {
        json.push({ id, method: method.toUpperCase(), path });
      }
    }
  }
  return { ...test, json, all };
}

Deno.test("the bodies that are to be spoilt are accepted as they are", async () => {
  const { send, json } = await prepared();
  assertEquals(json.map(({ id }) => id).sort(), Object.keys(VALID).sort());
  for (const { id, method, path } of json) {
    const response = await send(method, path, { json: VALID[id] });
    assert(response.ok, `${id}: ${await response.text()}`);
  }
});

Deno.test("a body that is no JSON object is refused by every route", async () => {
  const { send, json } = await prepared();
  const bodies: [string, BodyInit, number][] = [
    ["nothing", "", 400],
    ["white space", " \n", 400],
    ["a cut-off object", '{"input": "abc', 400],
    ["two objects", "{} {}", 400],
    ["NaN", '{"seed": NaN}', 400],
    ["a comment", "{} // x", 400],
    ["single quotes", "{'a': 1}", 400],
    ["text", "hello", 400],
    ["a NUL", "\0", 400],
    ["invalid UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ["a lone continuation byte", new Uint8Array([0x22, 0x80, 0x22]), 400],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 400],
    ["null", "null", 422],
    ["a number", "5", 422],
    ["an infinite number", "1e999", 422],
    ["a string", '"x"', 422],
    ["a list", "[]", 422],
    ["a long list", `[${"1,".repeat(300_000)}1]`, 422],
    ["a deep list", "[".repeat(200_000) + "]".repeat(200_000), 422],
    ["a deep object", '{"a":'.repeat(200_000) + "1" + "}".repeat(200_000), 422],
    ["an unclosed deep list", "[".repeat(300_000), 400],
    ["a long string", JSON.stringify("x".repeat(10_000_000)), 422],
  ];
  for (const { id, method, path } of json) {
    for (const [name, body, status] of bodies) {
      const problem = await assertProblem(await send(method, path, { headers: JSON_TYPE, body }), {
        status,
      }).catch((error) => {
        throw new Error(`${id}, ${name}: ${error.message}`);
      });
      assert(problem.errors.length > 0, `${id}, ${name}`);
      if (status === 400) assertEquals(problem.errors[0]!.path, "body");
    }
  }
});

Deno.test("another media type is refused by every route, with those that it takes", async () => {
  const { send, json } = await prepared();
  const types = [
    "text/plain",
    "application/xml",
    "application/jsonp",
    "*/*",
    ",",
    "x".repeat(5000),
  ];
  for (const { id, method, path } of json) {
    for (const type of types) {
      await assertProblem(
        await send(method, path, {
          headers: { "content-type": type },
          body: JSON.stringify(VALID[id]),
        }),
        { status: 415, path: "Content-Type", rule: /application\/json/ },
      );
    }
    // Bytes have no media type of their own.
    const body = new TextEncoder().encode(JSON.stringify(VALID[id]));
    await assertProblem(await send(method, path, { body }), { status: 415, value: "" });
  }
});

/** Values to put where they do not belong; as JSON, since some have no JavaScript value. */
const JUNK = [
  "null",
  "true",
  "-1",
  "1e999",
  "-1e999",
  "0.5",
  "123456789012345678901234567890",
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"../../etc/passwd"',
  '"__proto__"',
  '"constructor"',
  '"NaN"',
  `"${"A".repeat(1_000_000)}"`,
  "[]",
  "[[]]",
  "[null]",
  "[1,2]",
  "[[1,2],[3]]",
  `[${"[".repeat(10_000)}${"]".repeat(10_000)}]`,
  "{}",
  '{"__proto__":{"name":"simclr"}}',
  '{"constructor":{"prototype":{}},"toString":1,"name":"toString"}',
  '{"name":"__proto__"}',
  '{"length":-1}',
];

/** Every place in a body, as a path. */
function* places(value: unknown, path: string[] = []): Generator<string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* places(inner, [...path, key]);
}

/** The body with `junk`, a JSON text, at a place. */
function spoil(body: unknown, path: string[], junk: string): string {
  const mark = "\u2020junk\u2020";
  // Not structuredClone: where a value stands twice it would be spoilt twice.
  const copy = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  let holder = copy;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  holder[path.at(-1)!] = mark;
  return JSON.stringify(copy).replace(JSON.stringify(mark), () => junk);
}

Deno.test("junk at any place of a body is refused by name, or is good there", async () => {
  const { send, json } = await prepared();
  let refused = 0;
  for (const { id, method, path } of json) {
    for (const place of places(VALID[id])) {
      for (const junk of JUNK) {
        const body = spoil(VALID[id], place, junk);
        const response = await send(method, path, { headers: JSON_TYPE, body });
        if (response.ok) {
          await response.body?.cancel();
          continue;
        }
        const where = `${id} ${place.join(".")} = ${junk.slice(0, 50)}`;
        const status = response.status;
        assert(
          status >= 400 && status < 500,
          `${where}: ${status} ${await response.clone().text()}`,
        );
        const problem = await assertProblem(response, { status });
        refused++;
        if (status !== 422) continue;
        const first = place[0]!;
        const named = problem.errors.some((fault) => fault.path.startsWith(first));
        assert(named, `${where}: ${JSON.stringify(problem.errors)}`);
      }
    }
  }
  assert(refused > 1000, `${refused}`);
  assertEquals(({} as Record<string, unknown>)["name"], undefined, "no prototype was touched");
});

Deno.test("fields that are not known are refused by every route but OpenAI's", async () => {
  const { send, json } = await prepared();
  for (const { id, method, path } of json) {
    for (const field of ["bogus", "__proto__", "constructor", "toString", ""]) {
      const body = JSON.stringify(VALID[id]).replace(/}$/, `,${JSON.stringify(field)}:{"x":1}}`);
      const response = await send(method, path, { headers: JSON_TYPE, body });
      if (id === "createEmbeddings") {
        assertEquals(response.status, 200);
        await response.body?.cancel();
        continue;
      }
      await assertProblem(response, {
        status: 422,
        path: field === "" ? '[""]' : field,
        rule: "is not a known field",
      });
    }
  }
});

Deno.test("hostile path parameters, queries and headers are refused by every route", async () => {
  const { send, all } = await prepared();
  const junk = [
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "%00",
    "%ff",
    "%zz",
    "__proto__",
    "a%0d%0aSet-Cookie:x=1",
    "'%20OR%201=1--",
    "x".repeat(10_000),
    "%F0%9F%92%A9",
  ];
  for (const { id, method, path } of all) {
    const body = VALID[id] === undefined ? {} : { json: VALID[id] };
    for (const text of path.includes("{") ? junk : []) {
      const response = await send(method, path.replaceAll(/\{\w+\}/g, text), body);
      await assertProblem(response, { status: response.status === 404 ? 404 : 422 });
      assertEquals(response.headers.get("set-cookie"), null);
    }
    // An import takes any body; here it is about its query.
    if (path.includes("{") || path === "/v1/embeddings" || path.startsWith("/v1/predict")) continue;
    for (const text of junk) {
      const response = await send(method, `${path}?limit=${text}&${text}=1&state=${text}`, body);
      assert(response.status < 500, `${id} ?${text.slice(0, 50)}: ${response.status}`);
      if (response.ok) await response.body?.cancel();
      // Where the query is not looked at, what was made before is there already.
      else await assertProblem(response, { status: response.status === 409 ? 409 : 422 });
    }
  }
  const headers = {
    "x-request-id": "a".repeat(8000),
    "last-event-id": "../..",
    "x-deadline-ms": "__proto__",
    "content-length": "-1",
    range: "bytes=0-1,5-",
    expect: "the unexpected",
    accept: "x/".repeat(1000),
    "accept-encoding": "bomb",
    cookie: "=;=;=",
    "if-none-match": "*",
    "transfer-encoding": "gzip, chunked",
    upgrade: "websocket",
    "content-encoding": "br",
  };
  for (const { id, method, path } of all) {
    const target = path.replaceAll(/\{\w+\}/g, "cats");
    const json = VALID[id];
    const response = await send(method, target, {
      headers,
      ...(json === undefined ? {} : { json }),
    });
    assert(response.status < 500, `${id}: ${response.status}`);
    await response.body?.cancel();
  }
});

Deno.test("bad forms are refused by every route that takes forms", async () => {
  const { send } = await prepared();
  const type = (boundary: string) => ({ "content-type": `multipart/form-data${boundary}` });
  const part = (name: string, body: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`;
  const cases: [Record<string, string>, string, number][] = [
    [type(""), "", 400],
    [type("; boundary="), "--\r\n----", 400],
    [type("; boundary=x"), "", 400],
    [type("; boundary=x"), "junk", 400],
    [type("; boundary=x"), "--x--", 422],
    [type("; boundary=x"), `${part("input", PIXEL)}--x`, 400],
    [type("; boundary=x"), "--x\r\n\r\n\r\n--x--\r\n", 422],
    [type("; boundary=x"), `${part("input", PIXEL)}${part("__proto__", "1")}--x--\r\n`, 422],
    [type("; boundary=x"), `${part("model", "a")}${part("model", "b")}--x--\r\n`, 422],
    [type("; boundary=x"), `${part("input", "A".repeat(1e6))}--x--\r\n`, 422],
    [type("; boundary=x"), `${part("n".repeat(1e5), "1")}--x--\r\n`, 400],
  ];
  for (
    const path of [
      "/v1/embeddings",
      "/v1/predict/rotation",
      "/v1/predict/jigsaw",
      "/v1/predict/denoise",
      "/v1/predict/inpaint",
      "/v1/collections/cats/search",
    ]
  ) {
    for (const [headers, body, expected] of cases) {
      const response = await send("POST", path, { headers, body });
      await assertProblem(response, { status: response.status === 404 ? 404 : expected }).catch(
        (error) => {
          throw new Error(`${path} ${body.slice(0, 80)}: ${error.message}`);
        },
      );
    }
  }
});
