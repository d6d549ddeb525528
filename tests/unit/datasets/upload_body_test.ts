import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { UploadBody } from "../../../src/datasets/upload_body.ts";
import { CancelledError, TimeoutError, TooLargeError } from "../../../src/errors.ts";

const options = { maxBytes: 10, idleMs: 10_000 };

function chunks(...sizes: number[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(sizes.map((size) => new Uint8Array(size)));
}

/** A body that gives one chunk and then nothing, and tells whether it was cancelled. */
function stalled() {
  const state = { cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: () => void (state.cancelled = true),
  });
  return { body, state };
}

async function readAll(body: UploadBody): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

Deno.test("a body up to the limit comes through", async () => {
  const body = new UploadBody(chunks(4, 0, 6), options);
  assertEquals(await readAll(body), 10);
  assertEquals(body.failure, undefined);
  await body.cancel();
});

Deno.test("a byte too many is too large, and the rest is not wanted", async () => {
  let cancelled = false;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(4)),
    cancel: () => void (cancelled = true),
  });
  const body = new UploadBody(source, options);
  await assertRejects(() => readAll(body), TooLargeError, "more bytes than are allowed, 10");
  assert(cancelled);
  await body.cancel();
});

Deno.test("a client that goes away ends a read that waits", async () => {
  const { body: source, state } = stalled();
  const controller = new AbortController();
  const body = new UploadBody(source, { ...options, signal: controller.signal });
  const reading = assertRejects(() => readAll(body), CancelledError);
  setTimeout(() => controller.abort(new Error("gone")), 1);
  await reading;
  assertInstanceOf(body.failure, CancelledError);
  assert(state.cancelled);
  await body.cancel();
});

Deno.test("a client that is gone already gets nothing read", async () => {
  const body = new UploadBody(chunks(1), { ...options, signal: AbortSignal.abort() });
  await assertRejects(() => readAll(body), CancelledError);
  await body.cancel();
});

Deno.test("a body that stalls is given up", async () => {
  const { body: source, state } = stalled();
  const body = new UploadBody(source, { ...options, idleMs: 5 });
  await assertRejects(() => readAll(body), TimeoutError, "nothing came for 5 milliseconds");
  assert(state.cancelled);
  await body.cancel();
});

Deno.test("a body that breaks off is a client that went away", async () => {
  const source = ReadableStream.from((async function* () {
    yield new Uint8Array(1);
    await Promise.resolve();
    throw new TypeError("connection reset");
  })());
  const body = new UploadBody(source, options);
  const error = await assertRejects(() => readAll(body), CancelledError);
  assertEquals((error.cause as Error).message, "connection reset");
  await body.cancel();
});
