import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  AlikeError,
  CancelledError,
  InternalError,
  InvalidError,
  UnavailableError,
  WorkerDiedError,
} from "../../../src/errors.ts";
import { createLogger } from "../../../src/log.ts";
import { relayLog } from "../../../src/protocol/remote_logger.ts";
import { startWorker, type WorkerHandle } from "../../../src/protocol/start_worker.ts";
import type { EchoProtocol } from "../../support/echo_protocol.ts";
import { FakeClock, settle } from "../../support/fake_clock.ts";

type Echo = WorkerHandle<EchoProtocol>;
type Heard = { [Name in keyof EchoProtocol["events"]]?: (value: never) => void };

function start(
  options: { query?: string; kind?: string; signal?: AbortSignal; clock?: FakeClock } = {},
  heard: Heard = {},
): Promise<Echo> {
  const nothing = () => {};
  return startWorker<EchoProtocol>({
    url: new URL(`../../support/echo_worker.ts${options.query ?? ""}`, import.meta.url),
    kind: options.kind ?? "echo",
    init: { greeting: "hello" },
    listeners: {
      log: nothing,
      pong: nothing,
      waiting: nothing,
      cancelled: nothing,
      ...heard as Partial<Record<keyof EchoProtocol["events"], () => void>>,
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
}

async function withEcho(work: (echo: Echo) => Promise<void>, heard: Heard = {}): Promise<void> {
  const echo = await start({}, heard);
  try {
    await work(echo);
  } finally {
    echo.terminate("is not needed any more");
  }
}

Deno.test("a worker is ready once it has answered what it was sent", () =>
  withEcho(async (echo) => {
    assertEquals(echo.ready, { greeting: "hello to you" });
    assertEquals(await echo.call("echo", { deep: [1, new Uint8Array([2])] }), {
      deep: [1, new Uint8Array([2])],
    });
  }));

Deno.test("answers go to the calls they belong to", () =>
  withEcho(async (echo) => {
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    assertEquals(await Promise.all(numbers.map((i) => echo.call("echo", i))), numbers);
  }));

Deno.test("transferred buffers move and are empty where they came from", () =>
  withEcho(async (echo) => {
    const values = Float32Array.of(1, 2, 3);
    const doubled = await echo.call("double", values, { transfer: [values.buffer] });
    assertEquals(values.length, 0);
    assertEquals(doubled, Float32Array.of(2, 4, 6));
  }));

Deno.test("an error crosses with its class, message and fields", () =>
  withEcho(async (echo) => {
    const error = await assertRejects(
      () => echo.call("fail", { message: "Cannot do it: wrong", path: "input[3]" }),
      InvalidError,
      "Cannot do it: wrong",
    );
    assertEquals(error.errors, [{ path: "input[3]", rule: "must not", value: 1 }]);
  }));

Deno.test("a call that is called off rejects at once and the worker is told", async () => {
  const waiting = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<string>();
  await withEcho(async (echo) => {
    const controller = new AbortController();
    const call = echo.call("wait", null, { signal: controller.signal });
    await waiting.promise;
    controller.abort();
    await assertRejects(() => call, CancelledError, "wait");
    assertEquals(await cancelled.promise, "CancelledError");
    // Its late answer, if any, disturbs nothing.
    assertEquals(await echo.call("echo", 1), 1);
  }, { waiting: () => waiting.resolve(), cancelled: (name: string) => cancelled.resolve(name) });
});

Deno.test("a call with a signal that has fired is never made", () =>
  withEcho(async (echo) => {
    await assertRejects(
      () => echo.call("crash", "throw", { signal: AbortSignal.abort() }),
      CancelledError,
    );
    assertEquals(await echo.call("echo", 1), 1);
  }));

Deno.test("commands and events go one way", async () => {
  const pong = Promise.withResolvers<number>();
  await withEcho(async (echo) => {
    echo.send("ping", 41);
    assertEquals(await pong.promise, 42);
  }, { pong: (value: number) => pong.resolve(value) });
});

Deno.test("what cannot be posted fails its own call and no other", () =>
  withEcho(async (echo) => {
    await assertRejects(() => echo.call("echo", () => {}), InternalError, "echo");
    await assertRejects(() => echo.call("unclonable", null), InternalError, "unclonable");
    assertEquals(await echo.call("echo", 1), 1);
  }));

for (const how of ["throw", "reject"] as const) {
  Deno.test(`an uncaught error (${how}) rejects everything that waits, and later calls`, async () => {
    const echo = await start();
    const calls = [echo.call("wait", null), echo.call("crash", how), echo.call("wait", null)];
    for (const call of calls) {
      await assertRejects(() => call, WorkerDiedError, "nobody caught me");
    }
    assertStringIncludes((await echo.died).message, "nobody caught me");
    await assertRejects(() => echo.call("echo", 1), WorkerDiedError);
    echo.send("ping", 1);
  });
}

Deno.test("a worker that never gives its thread back can be ended", async () => {
  const echo = await start();
  const call = echo.call("spin", null);
  echo.terminate("was too slow");
  await assertRejects(() => call, WorkerDiedError, "the echo worker was too slow");
});

Deno.test("a worker of another version is refused", async () => {
  const error = await assertRejects(() => start({ query: "?start=old" }), UnavailableError);
  assertStringIncludes(error.message, "it speaks echo version 0, not echo version 4");
});

Deno.test("a worker of another kind is refused", async () => {
  await assertRejects(() => start({ kind: "trainer" }), UnavailableError, "not trainer version 4");
});

Deno.test("a worker that posts what is no frame is ended", async () => {
  await assertRejects(() => start({ query: "?start=garbage" }), WorkerDiedError, "no frame");
});

Deno.test("a worker that fails to start says why", async () => {
  await assertRejects(() => start({ query: "?start=fail" }), InvalidError, "the greeting is rude");
});

Deno.test("a worker that throws while it is imported is dead", async () => {
  await assertRejects(() => start({ query: "?start=throw" }), WorkerDiedError, "no luck at import");
});

Deno.test("a worker that never says it is here runs out of time", async () => {
  const clock = new FakeClock();
  const starting = start({ query: "?start=silent", clock });
  await settle();
  await clock.advance(120_000);
  await assertRejects(() => starting, UnavailableError, "not ready after 120000 ms");
  assertEquals(clock.waiting, 0);
});

Deno.test("a start that is called off ends the worker", async () => {
  const controller = new AbortController();
  const starting = start({ query: "?start=silent", signal: controller.signal });
  controller.abort();
  await assertRejects(() => starting, WorkerDiedError, "was stopped");
  await assertRejects(() => start({ signal: AbortSignal.abort() }), WorkerDiedError);
});

Deno.test("what a worker logs is written by the main thread", async () => {
  const lines: string[] = [];
  const log = createLogger({ format: "json", write: (line) => lines.push(line) });
  const relay = relayLog(log);
  await withEcho(async (echo) => {
    await echo.call("log", null);
  }, { log: relay });
  const { level, message, worker, size, made } = JSON.parse(lines[0]!);
  assertEquals({ level, message, worker, size, made }, {
    level: "warn",
    message: "careful",
    worker: "echo",
    size: 3,
    made: "1970-01-01T00:00:00.000Z",
  });
});

Deno.test("every failure of a worker is one that Alike names", async () => {
  const error = await start({ query: "?start=throw" }).then(() => undefined, (e: unknown) => e);
  assert(error instanceof AlikeError);
});
