import { assert, assertEquals, assertRejects } from "@std/assert";
import { type AlikeError, InternalError, UnavailableError } from "../../../src/errors.ts";
import { Channel } from "../../../src/protocol/channel.ts";
import { type ChannelFrame, isFrame } from "../../../src/protocol/frame.ts";
import { settle } from "../../support/fake_clock.ts";

type Ours = { calls: { ask: { request: string; response: number } }; messages: { tell: string } };

function makeChannel() {
  const posted: ChannelFrame[] = [];
  const broken: AlikeError[] = [];
  const told: string[] = [];
  const channel = new Channel<Ours, Ours>({
    post: (frame) => posted.push(frame),
    handlers: { ask: (request) => request.length },
    listeners: { tell: (text) => told.push(text) },
    onBroken: (error) => broken.push(error),
  });
  return { channel, posted, broken, told };
}

Deno.test("a call is a frame with an id of its own, and its answer settles it", async () => {
  const { channel, posted } = makeChannel();
  const first = channel.call("ask", "one");
  const second = channel.call("ask", "two");
  assertEquals(posted, [
    { type: "call", id: 1, name: "ask", payload: "one" },
    { type: "call", id: 2, name: "ask", payload: "two" },
  ]);
  channel.receive({ type: "answer", id: 2, payload: 20 });
  channel.receive({ type: "answer", id: 1, payload: 10 });
  assertEquals([await first, await second], [10, 20]);
});

Deno.test("an answer to a call that was never made breaks the channel", () => {
  const { channel, broken } = makeChannel();
  channel.receive({ type: "answer", id: 1, payload: 10 });
  assertEquals(broken.map((error) => error.message), [
    "Cannot take an answer: no call has that id, 1",
  ]);
});

Deno.test("a second answer to a call does nothing", async () => {
  const { channel, broken } = makeChannel();
  const call = channel.call("ask", "one");
  channel.receive({ type: "answer", id: 1, payload: 10 });
  channel.receive({ type: "answer", id: 1, payload: 11 });
  assertEquals(await call, 10);
  assertEquals(broken, []);
});

Deno.test("a call by a name without a handler is refused, inherited names too", async () => {
  const { channel, posted } = makeChannel();
  channel.receive({ type: "call", id: 1, name: "constructor", payload: null });
  channel.receive({ type: "call", id: 2, name: "ask", payload: "four" });
  await settle();
  const [refusal, answer] = posted;
  assert(refusal?.type === "refusal" && refusal.error.code === "internal");
  assertEquals(answer, { type: "answer", id: 2, payload: 4 });
});

Deno.test("a message by a name without a listener breaks the channel", () => {
  const { channel, broken, told } = makeChannel();
  channel.receive({ type: "message", name: "tell", payload: "hello" });
  channel.receive({ type: "message", name: "toString", payload: null });
  assertEquals(told, ["hello"]);
  assertEquals(broken.length, 1);
  assert(broken[0] instanceof InternalError);
});

Deno.test("a closed channel rejects what waits and what comes, and is deaf", async () => {
  const { channel, posted, told } = makeChannel();
  const call = channel.call("ask", "one");
  channel.close(new UnavailableError("Cannot go on: gone"));
  await assertRejects(() => call, UnavailableError, "gone");
  await assertRejects(() => channel.call("ask", "two"), UnavailableError, "gone");
  channel.receive({ type: "message", name: "tell", payload: "hello" });
  channel.send("tell", "hello");
  assertEquals([posted.length, told.length], [1, 0]);
});

Deno.test("a signal that fires after the answer posts nothing", async () => {
  const { channel, posted } = makeChannel();
  const controller = new AbortController();
  const call = channel.call("ask", "one", { signal: controller.signal });
  channel.receive({ type: "answer", id: 1, payload: 10 });
  await call;
  controller.abort();
  assertEquals(posted.length, 1);
});

Deno.test("what is no frame is told from what is one", () => {
  for (
    const value of [
      null,
      undefined,
      1,
      "call",
      [],
      {},
      { type: "constructor" },
      { type: "call", id: 0, name: "x" },
      { type: "call", id: 1 },
      { type: "answer", id: 1.5 },
      { type: "refusal", id: 1, error: "no" },
      { type: "here", kind: "x", version: "1" },
      { type: "message" },
    ]
  ) assert(!isFrame(value), JSON.stringify(value));
  assert(isFrame({ type: "call", id: 1, name: "x", payload: undefined }));
  assert(isFrame({ type: "cancel", id: 7 }));
});
