/**
 * Structured logs: one line an event, JSON or plain, to standard error.
 *
 * @module
 */
import { flushErrorLines, writeErrorLine } from "./error_lines.ts";

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const;

/** How much is worth telling. */
export type LogLevel = keyof typeof LEVELS;

/** What goes with a message; values must survive `JSON.stringify`. */
export type LogFields = Record<string, unknown>;

/** Where events are written. `with` gives a logger that adds fields to each event. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Logger;
}

/** What {@linkcode createLogger} takes. */
export interface LoggerOptions {
  /** @default {"info"} */
  level?: LogLevel;
  /** `json` for machines, `text` for people. @default {"text"} */
  format?: "json" | "text";
  /** Receives each line without its newline. @default standard error */
  write?: (line: string) => void;
}

/** Makes a logger. */
export function createLogger(options: LoggerOptions = {}, fields: LogFields = {}): Logger {
  const threshold = LEVELS[options.level ?? "info"];
  const write = options.write ?? writeErrorLine;
  const log = (level: LogLevel, message: string, more: LogFields = {}) => {
    if (LEVELS[level] < threshold) return;
    writeEvent(level, message, more);
    // What may be the last thing the process says is said at once.
    if (options.write === undefined && LEVELS[level] >= LEVELS.warn) flushErrorLines();
  };
  const writeEvent = (level: LogLevel, message: string, more: LogFields) => {
    const time = new Date().toISOString();
    if (options.format === "json") {
      write(JSON.stringify({ time, level, message, ...fields, ...more }));
      return;
    }
    const all = { ...fields, ...more };
    const rest = Object.entries(all).map(([key, value]) =>
      ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`
    ).join("");
    write(`${time} ${level.padEnd(5)} ${message}${rest}`);
  };
  return {
    debug: (message, more) => log("debug", message, more),
    info: (message, more) => log("info", message, more),
    warn: (message, more) => log("warn", message, more),
    error: (message, more) => log("error", message, more),
    with: (more) => createLogger(options, { ...fields, ...more }),
  };
}

/** A logger that tells nothing, for tests. */
export const silentLogger: Logger = createLogger({ write: () => {} });
