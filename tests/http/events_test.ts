import { assert, assertEquals } from "@std/assert";
import { JobEvent } from "../../src/schemas/job.ts";
import {
  assertProblem,
  jsonOf,
  PIXEL_BYTES,
  type TestApp,
  testApp,
} from "../support/http_client.ts";

async function withJob(): Promise<TestApp & { id: string; url: string }> {
  const test = testApp();
  await test.send("POST", "/v1/datasets?name=cats", { body: PIXEL_BYTES });
  const json = { type: "train", dataset: "cats" };
  const { id } = await jsonOf(await test.send("POST", "/v1/jobs", { json }), 202);
  return { ...test, id, url: `/v1/jobs/${id}/events` };
}

/** The events in a stream's text, comments left out. */
function parse(text: string): { id: string; event: string; data: JobEvent }[] {
  return text.split("\n\n").filter((block) => /^(id|event|data):/.test(block)).map((block) => {
    const fields = Object.fromEntries(
      block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]),
    );
    return { id: fields.id!, event: fields.event!, data: JobEvent.parse(JSON.parse(fields.data!)) };
  });
}

/** Reads until the text passes the test, then leaves. */
async function readUntil(response: Response, done: (text: string) => boolean): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!done(text)) {
    const chunk = await reader.read();
    assert(!chunk.done, `the stream ended: ${text}`);
    text += chunk.value;
  }
  await reader.cancel();
  return text;
}

Deno.test("a stream replays what is on record and ends after the last event", async () => {
  const { send, services, id, url } = await withJob();
  services.jobs.setState(id, "running");
  services.jobs.emit(id, { type: "log", data: { level: "info", message: "line\nbreak" } });
  services.jobs.setState(id, "succeeded");
  const response = await send("GET", url);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const events = parse(await response.text());
  assertEquals(events.map(({ id }) => id), ["1", "2", "3", "4"]);
  assertEquals(events.map(({ event }) => event), ["state", "state", "log", "state"]);
  assertEquals(events.map(({ data }) => data.id), [1, 2, 3, 4]);
  assertEquals(events[2]!.data.data, { level: "info", message: "line\nbreak" });
});

Deno.test("a stream goes on after the last event that the client saw", async () => {
  const { send, services, id, url } = await withJob();
  services.jobs.setState(id, "running");
  services.jobs.setState(id, "succeeded");
  const ids = async (path: string, headers: HeadersInit = {}) =>
    parse(await (await send("GET", path, { headers })).text()).map((event) => event.id);
  assertEquals(await ids(url, { "last-event-id": "2" }), ["3"]);
  assertEquals(await ids(`${url}?after=1`), ["2", "3"]);
  // A browser that reconnects sends the header to the address it began with.
  assertEquals(await ids(`${url}?after=0`, { "last-event-id": "2" }), ["3"]);
  for (const last of ["-1", "abc", "1.5"]) {
    await assertProblem(await send("GET", url, { headers: { "last-event-id": last } }), {
      status: 422,
      path: "Last-Event-ID",
      value: last,
    });
    await assertProblem(await send("GET", `${url}?after=${last}`), { status: 422, path: "after" });
  }
});

Deno.test("a stream brings events as they happen, and heartbeats in between", async () => {
  const { send, services, id, url } = await withJob();
  const reading = send("GET", url).then((response) =>
    readUntil(
      response,
      (text) => text.includes('"running"') && text.split(": heartbeat").length > 2,
    )
  );
  services.jobs.setState(id, "running");
  assertEquals(parse(await reading).map((event) => event.id), ["1", "2"]);
});

Deno.test("a client that leaves ends the iteration of its events", async () => {
  const { send, services, url } = await withJob();
  await readUntil(await send("GET", url), (text) => text.includes('"queued"'));
  while (services.jobs.openStreams > 0) await new Promise((resolve) => setTimeout(resolve, 1));
});

Deno.test("a graceful stop ends the streams", async () => {
  const { send, services, url } = await withJob();
  const reading = send("GET", url).then((response) => response.text());
  while (services.jobs.openStreams === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  services.stop();
  assertEquals(parse(await reading).map((event) => event.id), ["1"]);
});

Deno.test("a stream that fails ends without telling why, and the log does", async () => {
  const { send, services, url } = await withJob();
  // deno-lint-ignore require-yield
  services.jobs.events = async function* () {
    await Promise.resolve();
    throw new Error("secret");
  };
  const text = await (await send("GET", url)).text();
  assert(!text.includes("secret"));
  assert(services.lines.some((line) => line.includes("secret")));
});

Deno.test("HEAD on a stream answers and leaves nothing running", async () => {
  const { send, services, url } = await withJob();
  const response = await send("HEAD", url);
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "");
  assertEquals(services.jobs.openStreams, 0);
});
