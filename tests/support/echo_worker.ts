/** A worker for tests of the protocol. Its URL's query says how it misbehaves at the start. @module */
import { InvalidError } from "../../src/errors.ts";
import { Transferred } from "../../src/protocol/channel.ts";
import { createRemoteLogger } from "../../src/protocol/remote_logger.ts";
import { serveWorker } from "../../src/protocol/serve_worker.ts";
import type { EchoProtocol } from "./echo_protocol.ts";

const scope = globalThis as unknown as { postMessage(message: unknown): void };

switch (new URL(import.meta.url).searchParams.get("start")) {
  case "old":
    scope.postMessage({ type: "here", kind: "echo", version: 0 });
    break;
  case "silent":
    break;
  case "throw":
    throw new Error("no luck at import");
  case "garbage":
    scope.postMessage({ type: "hello" });
    break;
  case "fail":
    serveWorker<EchoProtocol>("echo", () => {
      throw new InvalidError("Cannot start: the greeting is rude");
    });
    break;
  default:
    serveWorker<EchoProtocol>("echo", (init, context) =>
      Promise.resolve({
        ready: { greeting: `${init.greeting} to you` },
        handlers: {
          echo: (request) => request,
          double: (request) => {
            const values = request.map((value) => 2 * value);
            return new Transferred(values, [values.buffer]);
          },
          wait: (_, signal) => {
            context.send("waiting", null);
            return new Promise((resolve) => {
              signal.onabort = () => {
                context.send("cancelled", (signal.reason as Error).name);
                resolve(null);
              };
            });
          },
          fail: ({ message, path }) => {
            throw new InvalidError(message, { errors: [{ path, rule: "must not", value: 1 }] });
          },
          unclonable: () => () => {},
          crash: (how) => {
            if (how === "reject") void Promise.reject(new Error("nobody caught me"));
            else {
              queueMicrotask(() => {
                throw new Error("nobody caught me");
              });
            }
            return new Promise(() => {});
          },
          spin: () => {
            for (;;);
          },
          log: () => {
            createRemoteLogger((message) => context.send("log", message), { worker: "echo" })
              .warn("careful", { size: 3, made: new Date(0), f: () => {} });
            return null;
          },
        },
        listeners: { ping: (value) => context.send("pong", value + 1) },
      }));
}
