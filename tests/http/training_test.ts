import { assertEquals } from "@std/assert";
import { SessionStep } from "../../src/schemas/session.ts";
import { assertProblem, jsonOf, PIXEL, testApp } from "../support/http_client.ts";

Deno.test("a session is made, stepped, saved as a model and ended", async () => {
  const { send, services } = testApp();
  const response = await send("POST", "/v1/sessions", { json: { encoder: "small_conv", seed: 7 } });
  const url = response.headers.get("location")!;
  const { id, expiresInSeconds } = await jsonOf(response, 201);
  assertEquals(url, `/v1/sessions/${id}`);
  assertEquals(expiresInSeconds, 600);
  assertEquals(services.sessions.requests[0]!.seed, 7);
  assertEquals(services.sessions.requests[0]!.encoder, { name: "small_conv", width: 16 });

  const images = { images: [PIXEL, PIXEL] };
  const views = { views: [[PIXEL, PIXEL], [PIXEL, PIXEL]] };
  const step = async (json: unknown) => await send("POST", `${url}/steps`, { json });
  assertEquals(SessionStep.parse(await jsonOf(await step(images))).step, 1);
  assertEquals((await jsonOf(await step(views))).step, 2);
  const { data } = await jsonOf(await send("GET", "/v1/sessions"));
  assertEquals(data.map((session: { id: string; step: number }) => [session.id, session.step]), [
    [id, 2],
  ]);

  const saved = await send("POST", `${url}/save`, { json: { name: "by-hand" } });
  const location = saved.headers.get("location");
  const model = await jsonOf(saved, 201);
  assertEquals(location, `/v1/models/${model.id}`);
  assertEquals(model.name, "by-hand");

  assertEquals((await send("DELETE", url)).status, 204);
  await assertProblem(await send("DELETE", url), { status: 404 });
  await assertProblem(await step(images), { status: 404 });
});

Deno.test("bad sessions and steps are named", async () => {
  const { send } = testApp();
  const sessions: [object, string, RegExp][] = [
    [{ temperature: 0 }, "temperature", /at least 0.01/],
    [{ temperature: "hot" }, "temperature", /must be a number/],
    [{ imageSize: 7 }, "imageSize", /at least 8 pixels/],
    [{ channels: 2 }, "channels", /must be 1 or 3/],
    [{ augment: { flip: 2 } }, "augment.flip", /at most 1/],
    [{ optimiser: {} }, "optimiser", /known field/],
    [{ optimizer: { name: "lamb" } }, "optimizer.name", /"adam", "adamw", "sgd"/],
    [{ projection: { hidden: 1 } }, "projection.hidden", /at least 8/],
  ];
  for (const [json, path, rule] of sessions) {
    await assertProblem(await send("POST", "/v1/sessions", { json }), { status: 422, path, rule });
  }
  const { id } = await jsonOf(await send("POST", "/v1/sessions", { json: {} }), 201);
  const steps: [object, string, RegExp][] = [
    [{}, "images", /given/],
    [{ images: [PIXEL] }, "images", /at least 2/],
    [{ images: [PIXEL, 5] }, "images[1]", /must be an image/],
    [{ images: [PIXEL, ""] }, "images[1]", /must be an image/],
    [{ views: [[PIXEL, PIXEL], [PIXEL]] }, "views[1]", /2|given/],
    [{ images: [PIXEL, PIXEL], views: [] }, "views", /known field/],
  ];
  for (const [json, path, rule] of steps) {
    await assertProblem(await send("POST", `/v1/sessions/${id}/steps`, { json }), {
      status: 422,
      path,
      rule,
    });
  }
  await assertProblem(await send("POST", `/v1/sessions/${id}/save`, { json: { name: "a/b" } }), {
    status: 422,
    path: "name",
    value: "a/b",
  });
  await assertProblem(await send("POST", "/v1/sessions/x/steps", { json: {} }), {
    status: 422,
    path: "id",
    rule: /session_/,
  });
});

Deno.test("NT-Xent comes with its gradient where it is asked for", async () => {
  const { send } = testApp();
  const embeddings = [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]];
  const loss = async (json: object) =>
    await jsonOf(await send("POST", "/v1/losses/nt-xent", { json }));
  assertEquals(await loss({ embeddings }), { loss: 0.5, perPair: [0.5, 0.5] });
  assertEquals((await loss({ embeddings, gradient: true })).gradient, embeddings);
});

Deno.test("a loss that is not finite is a fault of ours, never null", async () => {
  const { send, services } = testApp();
  services.embedder.ntXent = () => Promise.resolve({ loss: NaN, perPair: [] });
  const embeddings = [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]];
  await assertProblem(await send("POST", "/v1/losses/nt-xent", { json: { embeddings } }), {
    status: 500,
  });
});

Deno.test("embeddings that have no NT-Xent are named", async () => {
  const { send } = testApp();
  const row = [1, 2];
  const cases: [string, string, RegExp, unknown][] = [
    ["{}", "embeddings", /given/, null],
    [JSON.stringify({ embeddings: [row, row] }), "embeddings", /at least 4/, "[[1,2],[1,2]]"],
    [JSON.stringify({ embeddings: Array(5).fill(row) }), "embeddings", /even/, undefined],
    [JSON.stringify({ embeddings: [row, row, row, [0, 0]] }), "embeddings[3]", /zeros/, 0],
    [JSON.stringify({ embeddings: [row, row, [1], row] }), "embeddings[2]", /first row, 2/, 1],
    ['{"embeddings":[[1,2],[1,2],[1,2],[1,1e999]]}', "embeddings[3][1]", /finite/, "Infinity"],
    ['{"embeddings":[[1,2],[1,2],[1,2],["NaN",1]]}', "embeddings[3][0]", /finite/, "NaN"],
    [
      '{"embeddings":[[1,2],[1,2],[1,2],[1,2]],"temperature":1e999}',
      "temperature",
      /finite/,
      "Infinity",
    ],
    [JSON.stringify({ embeddings: Array(4).fill(row), tau: 1 }), "tau", /known field/, 1],
  ];
  const headers = { "content-type": "application/json" };
  for (const [body, path, rule, value] of cases) {
    await assertProblem(await send("POST", "/v1/losses/nt-xent", { headers, body }), {
      status: 422,
      path,
      rule,
      ...(value === undefined ? {} : { value }),
    });
  }
  for (const number of ["NaN", "Infinity", "-Infinity", "0x10", ".5"]) {
    const body = `{"embeddings":[[1,${number}],[1,2],[1,2],[1,2]]}`;
    await assertProblem(await send("POST", "/v1/losses/nt-xent", { headers, body }), {
      status: 400,
      code: "malformed",
      path: "body",
      rule: "must be JSON",
    });
  }
});
