/**
 * Frame: the form every message between threads has, whatever its content.
 *
 * @module
 */
import type { ErrorRecord } from "../errors.ts";

/** Steps of the handshake, and a worker's last words. */
export type HandshakeFrame =
  | { type: "here"; kind: string; version: number }
  | { type: "init"; payload: unknown }
  | { type: "ready"; payload: unknown }
  | { type: "dying"; error: ErrorRecord };

/** What goes through a channel once both ends know each other. */
export type ChannelFrame =
  /** `traceparent` names the span that the call is part of, where there is one. */
  | { type: "call"; id: number; name: string; payload: unknown; traceparent?: string }
  | { type: "answer"; id: number; payload: unknown }
  | { type: "refusal"; id: number; error: ErrorRecord }
  | { type: "cancel"; id: number }
  | { type: "message"; name: string; payload: unknown };

/** Everything that may be posted. */
export type Frame = HandshakeFrame | ChannelFrame;

const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isText = (value: unknown) => typeof value === "string";
const isRecord = (value: unknown) =>
  typeof value === "object" && value !== null && "code" in value && "message" in value;

/** What must hold of each type's fields. */
const RULES: Record<Frame["type"], (frame: Record<string, unknown>) => boolean> = {
  here: (frame) => isText(frame.kind) && Number.isSafeInteger(frame.version),
  init: (frame) => "payload" in frame,
  ready: (frame) => "payload" in frame,
  dying: (frame) => isRecord(frame.error),
  call: (frame) =>
    isId(frame.id) && isText(frame.name) &&
    (frame.traceparent === undefined || isText(frame.traceparent)),
  answer: (frame) => isId(frame.id),
  refusal: (frame) => isId(frame.id) && isRecord(frame.error),
  cancel: (frame) => isId(frame.id),
  message: (frame) => isText(frame.name),
};

/** Whether something that arrived has the form of a frame; its payload is not looked at. */
export function isFrame(value: unknown): value is Frame {
  if (typeof value !== "object" || value === null) return false;
  const frame = value as Record<string, unknown>;
  const type = frame.type;
  if (typeof type !== "string" || !Object.hasOwn(RULES, type)) return false;
  return RULES[type as Frame["type"]](frame);
}
