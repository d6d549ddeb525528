/**
 * Protocol: what the main thread and one kind of worker say to each other, as types.
 *
 * Each kind of worker has a file of its own beside this one. The handshake is: the worker says it
 * is here, the main thread sends `init`, the worker answers `ready`. From then on calls are
 * answered one by one, and commands and events go one way.
 *
 * @module
 */
import type { LogFields, LogLevel } from "../log.ts";

/** Goes up with every change of a frame or a message; both ends must have the same. */
export const PROTOCOL_VERSION = 4;

/** Calls by name: what is asked, what is answered. */
export type Calls = Record<string, { request: unknown; response: unknown }>;

/** One-way messages by name. */
export type Messages = Record<string, unknown>;

/** All that is said between the main thread and a worker. */
export interface Protocol {
  /** Sent once, before anything else. */
  init: unknown;
  /** The worker's answer to it. */
  ready: unknown;
  /** Asked by the main thread, answered by the worker. */
  calls: Calls;
  /** One way, from the main thread. */
  commands: Messages;
  /** One way, from the worker. */
  events: Messages & { log: LogMessage };
}

/** Something a worker has to log; the main thread writes it. */
export interface LogMessage {
  level: LogLevel;
  message: string;
  fields: LogFields;
}

/** No messages, or no calls. */
export type None = Record<never, never>;

/** Where a worker's backend ended up; the fields of `BackendReport`, which has tfjs around it. */
export interface BackendInfo {
  name: "webgpu" | "wasm";
  reason: string;
  adapter: string;
}
