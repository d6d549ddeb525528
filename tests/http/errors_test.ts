import { assert, assertEquals, assertMatch } from "@std/assert";
import * as errors from "../../src/errors.ts";
import { CAUSES } from "../../routes/errors.ts";
import { assertProblem, testApp } from "../support/http_client.ts";

Deno.test("each cause has its status", async () => {
  const expected: [errors.AlikeError, number][] = [
    [new errors.NotFoundError("no"), 404],
    [new errors.InvalidError("no"), 422],
    [new errors.ConflictError("no"), 409],
    [new errors.TooLargeError("no"), 413],
    [new errors.UnsupportedError("no"), 415],
    [new errors.OverloadedError("no", 1), 429],
    [new errors.UnavailableError("no"), 503],
    [new errors.CorruptError("no"), 500],
    [new errors.CancelledError("no"), 499],
    [new errors.TimeoutError("no"), 504],
    [new errors.UnauthorizedError("no"), 401],
    [new errors.OutOfMemoryError("no"), 503],
    [new errors.WorkerDiedError("no"), 503],
    [new errors.InternalError("no"), 500],
  ];
  const { send, services } = testApp();
  for (const [error, status] of expected) {
    services.models.list = () => Promise.reject(error);
    await assertProblem(await send("GET", "/v1/models"), { status, code: error.code });
  }
  // Beside these the table holds what only HTTP knows.
  const tested = new Set<string>(expected.map(([error]) => error.code));
  assertEquals(Object.keys(CAUSES).filter((code) => !tested.has(code)).sort(), [
    "forbidden",
    "malformed",
    "method_not_allowed",
    "no_route",
  ]);
});

Deno.test("what is thrown and is no error is a fault of ours too", async () => {
  const { send, services } = testApp();
  for (const thrown of ["secret", undefined, null, 5, { message: "secret" }]) {
    services.models.list = () => Promise.reject(thrown);
    const problem = await assertProblem(await send("GET", "/v1/models"), { status: 500 });
    assert(!JSON.stringify(problem).includes("secret"));
  }
});

Deno.test("faults from inside are shown cut short, at most twenty", async () => {
  const { send, services } = testApp();
  const faults = Array.from({ length: 30 }, (_, i) => ({
    path: `f[${i}]`,
    rule: "must be short",
    value: i === 0 ? new Uint8Array(1e6) : "x".repeat(1e6),
  }));
  services.models.list = () => Promise.reject(new errors.InvalidError("no", { errors: faults }));
  const problem = await assertProblem(await send("GET", "/v1/models"), {
    status: 422,
    path: "f[1]",
    value: `${"x".repeat(100)}…`,
  });
  assertEquals(problem.errors.length, 20);
  assertEquals(problem.errors[0]!.value, "(1000000 bytes)");
});

Deno.test("a route that is not there answers 404, a method that is not there 405 with Allow", async () => {
  const { send } = testApp();
  for (
    const path of ["/nope", "/v1", "/v1/jobs/", "//v1/jobs", "/V1/jobs", "/%2e%2e/etc", "/%zz"]
  ) {
    await assertProblem(await send("GET", path), { status: 404, code: "no_route" });
  }
  const cases: [string, string, string][] = [
    ["DELETE", "/v1/jobs", "GET, HEAD, POST"],
    ["GET", "/v1/embeddings", "POST"],
    ["POST", "/health", "GET, HEAD"],
    ["PATCH", "/v1/models/cats", "DELETE, GET, HEAD"],
    ["GET", "/v1/aliases/default", "POST, PUT"],
    ["OPTIONS", "/v1/sessions", "GET, HEAD, POST"],
    ["POST", "/docs", "GET, HEAD"],
    ["PROPFIND", "/v1/datasets", "GET, HEAD, POST"],
  ];
  for (const [method, path, allow] of cases) {
    const response = await send(method, path);
    assertEquals(response.headers.get("allow"), allow, `${method} ${path}`);
    await assertProblem(response, { status: 405, code: "method_not_allowed", path: "method" });
  }
});

Deno.test("HEAD answers as GET does, without a body", async () => {
  const { send } = testApp();
  const response = await send("HEAD", "/v1/models");
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "");
});

Deno.test("a request id is kept if it is one, and made otherwise", async () => {
  const { send, services } = testApp();
  const idFor = async (given: string) =>
    (await send("GET", "/v1/models", { headers: { "x-request-id": given } }))
      .headers.get("x-request-id")!;
  assertEquals(await idFor("abc-123_X="), "abc-123_X=");
  assert(services.lines.some((line) => line.includes('"requestId":"abc-123_X="')));
  for (const bad of ["a b", "<script>", "é", "a".repeat(256), '"', "a;b"]) {
    assertMatch(await idFor(bad), /^[0-9a-f-]{36}$/);
  }
});

Deno.test("every answer has security headers, and none allows other origins", async () => {
  const { send } = testApp();
  for (const path of ["/health", "/nope", "/v1/models", "/docs", "/openapi.json"]) {
    const { headers } = await send("GET", path, { headers: { origin: "https://evil.example" } });
    assertEquals(headers.get("x-content-type-options"), "nosniff", path);
    assertEquals(headers.get("x-frame-options"), "DENY", path);
    assertMatch(headers.get("content-security-policy")!, /default-src 'none'/, path);
    assertEquals(headers.get("access-control-allow-origin"), null, path);
  }
});

Deno.test("a page of another site may read nothing and change nothing", async () => {
  const { send } = testApp();
  for (const site of ["cross-site", "same-site"]) {
    const headers = { "sec-fetch-site": site };
    await assertProblem(await send("POST", "/v1/datasets?name=a", { headers, body: "x" }), {
      status: 403,
      code: "forbidden",
    });
  }
  const own = { headers: { "sec-fetch-site": "same-origin" }, body: "x" };
  assertEquals((await send("POST", "/v1/datasets?name=a", own)).status, 201);
});

Deno.test("requests are logged with their route, not their path", async () => {
  const { send, services } = testApp();
  await send("GET", "/v1/models/some-secret-name");
  await send("GET", "/some-other-path");
  const lines = services.lines.map((line) => JSON.parse(line));
  assertEquals(
    lines.map(({ level, message, method, route, status }) => [
      level,
      message,
      method,
      route,
      status,
    ]),
    [
      ["info", "request", "GET", "/v1/models/:model", 404],
      ["info", "request", "GET", "none", 404],
    ],
  );
  assert(
    lines.every(({ ms, requestId }) => typeof ms === "number" && typeof requestId === "string"),
  );
});
