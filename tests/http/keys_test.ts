import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertProblem, testApp } from "../support/http_client.ts";

const KEYS = ["0123456789abcdef", "another-key-of-24-chars!"];

Deno.test("with keys, everything but what is open needs one", async () => {
  const { app, send } = testApp({ apiKeys: KEYS });
  const paths = new Set(app.routes.filter(({ method }) => method !== "ALL").map((r) => r.path));
  const open: string[] = [];
  for (const path of paths) {
    const response = await send("GET", path.replaceAll(/:\w+(\{.*\})?/g, "x"));
    if (response.status !== 401) open.push(path);
    else {
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="alike"');
      const problem = await assertProblem(response, { status: 401, code: "unauthorized" });
      assertEquals(problem.error.type, "authentication_error");
    }
  }
  assertEquals(open.sort(), [
    "/assets/:file{[a-z0-9_]+\\.[a-z]+}",
    "/docs",
    "/docs/:operation",
    "/health",
    "/login",
    "/openapi.json",
    "/ready",
  ]);
  // A route that is not there is not told apart from one that is.
  await assertProblem(await send("GET", "/nope"), { status: 401 });
});

Deno.test("any of the keys opens, and nothing like them does", async () => {
  const { send } = testApp({ apiKeys: KEYS });
  const status = async (authorization: string) =>
    (await send("GET", "/v1/models", { headers: { authorization } })).status;
  for (const key of KEYS) {
    assertEquals(await status(`Bearer ${key}`), 200);
    assertEquals(await status(`bearer  ${key} `), 200);
    assertEquals(await status(`Bearer ${key.slice(0, -1)}`), 401);
    assertEquals(await status(`Bearer ${key}x`), 401);
    assertEquals(await status(`Basic ${key}`), 401);
    assertEquals(await status(key), 401);
    assertEquals(await status(`Bearer ${KEYS.join(",")}`), 401);
    assertEquals(await status(`Bearer ${KEYS.join(" ")}`), 401);
  }
  for (const junk of ["", "Bearer", "Bearer ", "Bearer \u00ff", `Bearer ${"a".repeat(100_000)}`]) {
    assertEquals(await status(junk), 401);
  }
});

Deno.test("an import without a key is refused before its body is read", async () => {
  const { send } = testApp({ apiKeys: KEYS });
  let read = false;
  const body = new ReadableStream({
    pull(controller) {
      read = true;
      controller.close();
    },
  }, { highWaterMark: 0 });
  await assertProblem(await send("POST", "/v1/datasets?name=a", { body }), { status: 401 });
  assertEquals(read, false);
});

Deno.test("without keys, everything is open", async () => {
  const { send } = testApp();
  assertEquals((await send("GET", "/v1/models")).status, 200);
  const headers = { authorization: "Bearer whatever" };
  assertEquals((await send("GET", "/v1/models", { headers })).status, 200);
});

Deno.test("without keys, only requests that name a loopback host are answered", async () => {
  const open = testApp();
  const status = async (app: typeof open, host: string) =>
    (await app.send("GET", `http://${host}/health`)).status;
  for (const host of ["localhost:8787", "127.0.0.1", "[::1]:1", "127.1", "alike.localhost"]) {
    assertEquals(await status(open, host), 200, host);
  }
  const strangers = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
  ];
  for (const host of strangers) {
    await assertProblem(await open.send("GET", `http://${host}/v1/models`), {
      status: 403,
      code: "forbidden",
      path: "Host",
      value: host,
    });
    assertEquals(await status(testApp({ apiKeys: KEYS }), host), 200, host);
  }
});

Deno.test("a person is led to where a key is given, and stays in with a session", async () => {
  const { send } = testApp({ apiKeys: KEYS });
  const asBrowser = { accept: "text/html,application/xhtml+xml" };
  const led = await send("GET", "/jobs", { headers: asBrowser });
  assertEquals([led.status, led.headers.get("location")], [303, "/login?to=%2Fjobs"]);
  const enter = (key: string, to: string) =>
    send("POST", "/login", { body: new URLSearchParams({ key, to }) });

  const wrong = await enter("no-key-at-all-here", "/jobs");
  assertEquals([wrong.status, wrong.headers.get("set-cookie")], [401, null]);
  assertMatch(await wrong.text(), /This is no key of this service/);

  const right = await enter(KEYS[1]!, "/jobs");
  assertEquals([right.status, right.headers.get("location")], [303, "/jobs"]);
  const cookie = right.headers.get("set-cookie")!;
  assertMatch(cookie, /HttpOnly/);
  assertMatch(cookie, /SameSite=Strict/);
  assert(!cookie.includes(KEYS[1]!), "the key itself is not kept");
  const [pair] = cookie.split(";");
  for (const path of ["/jobs", "/v1/models"]) {
    assertEquals((await send("GET", path, { headers: { cookie: pair! } })).status, 200);
  }
  // There is a way out, for who came in; and where one was going is kept whole.
  const inside = await (await send("GET", "/jobs", { headers: { cookie: pair! } })).text();
  assertMatch(inside, /action="\/logout"/);
  assert(!(await (await send("GET", "/login")).text()).includes("/logout"));
  const out = await send("POST", "/logout", { headers: { cookie: pair! } });
  assertMatch(out.headers.get("set-cookie")!, /alike_session=;.*Max-Age=0/);
  const whole = await send("GET", "/jobs/new?dataset=a", { headers: asBrowser });
  assertEquals(whole.headers.get("location"), "/login?to=%2Fjobs%2Fnew%3Fdataset%3Da");
  // A session is no key, and a wrong one opens nothing.
  const value = pair!.split("=")[1]!;
  for (const headers of [{ authorization: `Bearer ${value}` }, { cookie: `${pair}0` }]) {
    assertEquals((await send("GET", "/v1/models", { headers })).status, 401);
  }
  // Nobody is led out of the service.
  for (const to of ["https://evil.example", "//evil.example", "/\\evil.example"]) {
    assertEquals((await enter(KEYS[0]!, to)).headers.get("location"), "/");
  }
});
