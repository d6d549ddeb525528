/**
 * Remote logger: what a worker logs is written by the main thread, in one stream with all else.
 *
 * @module
 */
import type { LogFields, Logger, LogLevel } from "../log.ts";
import type { LogMessage } from "./protocol.ts";

/**
 * The worker's side: a logger that sends.
 *
 * @param send Sends to the main thread.
 * @param fields Added to every message.
 */
export function createRemoteLogger(
  send: (message: LogMessage) => void,
  fields: LogFields = {},
): Logger {
  const at = (level: LogLevel) => (message: string, more: LogFields = {}) =>
    // Through JSON, which is all that a log line keeps of a value anyway: functions and class
    // instances cannot be posted.
    send({ level, message, fields: JSON.parse(JSON.stringify({ ...fields, ...more })) });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (more) => createRemoteLogger(send, { ...fields, ...more }),
  };
}

/** The main thread's side: a listener that writes. */
export function relayLog(log: Logger): (message: LogMessage) => void {
  return ({ level, message, fields }) => log[level](message, fields);
}
