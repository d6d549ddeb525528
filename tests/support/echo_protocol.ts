/** A protocol for tests of the protocol itself; `echo_worker.ts` speaks it. @module */
import type { LogMessage } from "../../src/protocol/protocol.ts";

export type EchoProtocol = {
  init: { greeting: string };
  ready: { greeting: string };
  calls: {
    echo: { request: unknown; response: unknown };
    /** Doubles the numbers, moving the buffer both ways. */
    double: { request: Float32Array; response: Float32Array };
    /** Answers when called off, by a `cancelled` event. */
    wait: { request: null; response: null };
    fail: { request: { message: string; path: string }; response: null };
    unclonable: { request: null; response: unknown };
    /** Throws where nothing catches it. */
    crash: { request: "throw" | "reject"; response: null };
    /** Never gives the thread back. */
    spin: { request: null; response: null };
    log: { request: null; response: null };
  };
  commands: { ping: number };
  events: { log: LogMessage; pong: number; waiting: null; cancelled: string };
};
