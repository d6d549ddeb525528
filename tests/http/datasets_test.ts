import { assertEquals, assertMatch } from "@std/assert";
import { Dataset } from "../../src/schemas/dataset.ts";
import { assertProblem, jsonOf, PIXEL_BYTES, testApp } from "../support/http_client.ts";

const tar = { headers: { "content-type": "application/x-tar" }, body: PIXEL_BYTES };

Deno.test("an upload becomes a data set that can be listed, read and deleted", async () => {
  const { send, services } = testApp();
  const response = await send("POST", "/v1/datasets?name=cats&kind=image", tar);
  const location = response.headers.get("location")!;
  const dataset = Dataset.parse(await jsonOf(response, 201));
  assertEquals(dataset.bytes, PIXEL_BYTES.length);
  assertEquals(location, `/v1/datasets/${dataset.id}`);
  assertEquals(services.datasets.contentTypes, ["application/x-tar"]);

  assertEquals(await jsonOf(await send("GET", location)), dataset);
  assertEquals(await jsonOf(await send("GET", "/v1/datasets/cats")), dataset);
  assertEquals(await jsonOf(await send("GET", "/v1/datasets")), {
    object: "list",
    data: [dataset],
  });
  assertEquals((await send("DELETE", "/v1/datasets/cats")).status, 204);
  await assertProblem(await send("GET", "/v1/datasets/cats"), { status: 404, code: "not_found" });
});

Deno.test("an upload is handed on as a stream, before it has ended", async () => {
  const { send, services } = testApp();
  const began = Promise.withResolvers<void>();
  services.datasets.import = async ({ body }) => {
    const reader = body.getReader();
    assertEquals((await reader.read()).value, new Uint8Array([1]));
    began.resolve();
    assertEquals((await reader.read()).value, new Uint8Array([2]));
    assertEquals((await reader.read()).done, true);
    return {} as Dataset;
  };
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new Uint8Array([1]));
      await began.promise;
      controller.enqueue(new Uint8Array([2]));
      controller.close();
    },
  });
  assertEquals((await send("POST", "/v1/datasets?name=cats", { body })).status, 201);
});

Deno.test("items come in pages, without where their bytes are stored", async () => {
  const { send } = testApp();
  await send("POST", "/v1/datasets?name=cats", tar);
  const page = await jsonOf(
    await send("GET", "/v1/datasets/cats/items?offset=0&limit=5&label=cat"),
  );
  assertEquals(page.total, 1);
  assertEquals(page.object, "list");
  assertEquals(Object.keys(page.data[0]).sort(), [
    "bytes",
    "digest",
    "height",
    "index",
    "label",
    "mediaType",
    "name",
    "width",
  ]);
  assertEquals(
    (await jsonOf(await send("GET", "/v1/datasets/cats/items?label=dog"))).total,
    0,
  );
  assertEquals((await jsonOf(await send("GET", "/v1/datasets/cats/items?offset=1"))).data, []);
});

Deno.test("an original comes as it was uploaded", async () => {
  const { send } = testApp();
  await send("POST", "/v1/datasets?name=cats", tar);
  const response = await send("GET", "/v1/datasets/cats/items/0/image");
  assertEquals(response.headers.get("content-type"), "image/png");
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  assertEquals(new Uint8Array(await response.arrayBuffer()), PIXEL_BYTES);
  await assertProblem(await send("GET", "/v1/datasets/cats/items/1/image"), { status: 404 });
});

Deno.test("a bad import says which field breaks which rule", async () => {
  const { send } = testApp();
  const cases: [string, RequestInit, Parameters<typeof assertProblem>[1]][] = [
    ["", tar, { status: 422, path: "name", rule: "must be given", value: null }],
    ["?name=", tar, { status: 422, path: "name", rule: "must not be empty", value: "" }],
    ["?name=../../etc/passwd", tar, {
      status: 422,
      path: "name",
      rule: /only letters/,
      value: "../../etc/passwd",
    }],
    [`?name=${"a".repeat(5000)}`, tar, {
      status: 422,
      path: "name",
      rule: "must have at most 100 characters",
      value: `${"a".repeat(100)}…`,
    }],
    ["?name=a&name=b", tar, { status: 422, path: "name", rule: "must be a string" }],
    ["?name=a&kind=text", tar, { status: 422, path: "kind", rule: /"image"/, value: "text" }],
    ["?name=a&knid=image", tar, { status: 422, path: "knid", rule: "is not a known field" }],
    ["?name=a&__proto__=1", tar, { status: 422, path: "__proto__" }],
    ["?name=a", {}, { status: 422, path: "body", rule: "must not be empty" }],
    ["?name=a", { body: "" }, { status: 422, path: "body" }],
    ["?name=a", { body: new Uint8Array([0, 1]) }, { status: 422, code: "invalid" }],
  ];
  for (const [query, init, expected] of cases) {
    await assertProblem(await send("POST", `/v1/datasets${query}`, init), expected);
  }
  assertEquals((await jsonOf(await send("GET", "/v1/datasets"))).data, []);
});

Deno.test("a name in use and a data set in use are conflicts", async () => {
  const { send, services } = testApp();
  await send("POST", "/v1/datasets?name=cats", tar);
  await assertProblem(await send("POST", "/v1/datasets?name=cats", tar), { status: 409 });
  services.datasets.inUse = "cats";
  await assertProblem(await send("DELETE", "/v1/datasets/cats"), { status: 409 });
});

Deno.test("bad references, pages and indices are refused", async () => {
  const { send } = testApp();
  await send("POST", "/v1/datasets?name=cats", tar);
  const cases: [string, string, string, unknown][] = [
    ["/v1/datasets/..%2f..%2fetc%2fpasswd", "dataset", "only letters", "../../etc/passwd"],
    ["/v1/datasets/%00", "dataset", "only letters", "\0"],
    ["/v1/datasets/cats/items?limit=0", "limit", "at least 1", "0"],
    ["/v1/datasets/cats/items?limit=1e3", "limit", "whole number", "1e3"],
    ["/v1/datasets/cats/items?limit=1001", "limit", "at most 1000", 1001],
    ["/v1/datasets/cats/items?limit=", "limit", "whole number", ""],
    ["/v1/datasets/cats/items?offset=-1", "offset", "whole number", "-1"],
    ["/v1/datasets/cats/items?offset=NaN", "offset", "whole number", "NaN"],
    [
      `/v1/datasets/cats/items?offset=${"9".repeat(400)}`,
      "offset",
      "16 digits",
      `${"9".repeat(100)}…`,
    ],
    ["/v1/datasets/cats/items?page=2", "page", "known field", "2"],
    ["/v1/datasets/cats/items/x/image", "index", "whole number", "x"],
    ["/v1/datasets/cats/items/-1/image", "index", "whole number", "-1"],
  ];
  for (const [path, field, rule, value] of cases) {
    const problem = await assertProblem(await send("GET", path), { status: 422, path: field });
    assertMatch(problem.errors[0]!.rule, new RegExp(rule), path);
    assertEquals(`${problem.errors[0]!.value}`, `${value}`, path);
  }
});
