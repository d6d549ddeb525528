/**
 * Bodies: read within limits, and refused in words.
 *
 * @module
 */
import { TimeoutError, TooLargeError, UnsupportedError } from "../src/errors.ts";
import type { AppContext } from "./context.ts";
import { HttpError } from "./errors.ts";

/** The media type of the body, lower case, without parameters; empty if none is given. */
export function mediaTypeOf(c: AppContext): string {
  return (c.req.header("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

/** @throws {UnsupportedError} Unless the body is one of the media types, `image/*` for all images. */
export function requireMediaType(c: AppContext, accepted: readonly string[]): string {
  const given = mediaTypeOf(c);
  const matches = (type: string) =>
    type.endsWith("/*") ? given.startsWith(type.slice(0, -1)) : given === type;
  if (accepted.some(matches)) return given;
  throw new UnsupportedError(`Cannot read the body: its media type is "${given}"`, {
    errors: [{ path: "Content-Type", rule: `must be ${accepted.join(" or ")}`, value: given }],
  });
}

/**
 * The whole body.
 *
 * @throws {TooLargeError} As soon as more than `maxBytes` are announced or have come.
 * @throws {HttpError} If it ends early.
 */
export async function readBytes(
  c: AppContext,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(c.req.header("content-length") ?? NaN);
  if (announced <= maxBytes) return await readAnnounced(c, announced);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = limitedBody(c, maxBytes, "ALIKE_MAX_BODY_BYTES");
  for await (const chunk of stream ?? []) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/**
 * A body whose length is known and allowed, in one piece: several times faster than as a stream. One
 * that stalls ends with its connection, which the answer at the time limit closes.
 */
async function readAnnounced(c: AppContext, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const signal = c.get("signal");
  signal.throwIfAborted();
  try {
    const bytes = await c.req.raw.bytes();
    if (bytes.length !== length) throw endedEarly();
    return bytes;
  } catch (error) {
    throw signal.aborted ? signal.reason : named(error);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The body as a JSON value.
 *
 * @throws {HttpError} If it is no JSON. @throws {TooLargeError} @throws {UnsupportedError}
 */
export async function readJson(c: AppContext, maxBytes: number): Promise<unknown> {
  requireMediaType(c, ["application/json"]);
  const bytes = await readBytes(c, maxBytes);
  const malformed = (rule: string, why: string) =>
    new HttpError("malformed", `Cannot read the body: ${why}`, {
      errors: [{ path: "body", rule, value: bytes }],
    });
  if (bytes.length === 0) throw malformed("must be a JSON object", "it is empty");
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed("must be UTF-8", "it is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed("must be JSON", (error as SyntaxError).message);
  }
}

/**
 * The body as form fields and files.
 *
 * @throws {HttpError} If it is no form. @throws {TooLargeError}
 */
export async function readForm(c: AppContext, maxBytes: number): Promise<FormData> {
  const contentType = c.req.header("content-type") ?? "";
  const bytes = await readBytes(c, maxBytes);
  const malformed = (rule: string, why: string) =>
    new HttpError("malformed", `Cannot read the form: ${why}`, {
      errors: [{ path: "body", rule, value: bytes }],
    });
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (boundary === null) throw malformed("must have a boundary", "its media type has no boundary");
  // The parser takes a form that is cut off for one that has fewer fields.
  const end = new TextDecoder("latin1").decode(bytes.subarray(-EPILOGUE_BYTES));
  if (!end.includes(`--${boundary[1] ?? boundary[2]}--`)) {
    throw malformed("must end with its boundary and two hyphens", "it is cut off");
  }
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch (error) {
    throw malformed("must be multipart/form-data", (error as Error).message);
  }
}

/** The last boundary, of at most 70 characters, is followed by nothing that matters. */
const EPILOGUE_BYTES = 1024;

/**
 * The body as a stream that fails once it is too long, ends early, or stalls.
 *
 * @param setting Which setting the limit is, for the message.
 * @param idleMs Longest wait for the next chunk.
 * @returns Null where there is no body.
 */
export function limitedBody(
  c: AppContext,
  maxBytes: number,
  setting: string,
  idleMs = Infinity,
): ReadableStream<Uint8Array> | null {
  const tooLarge = (length: number) => {
    const rule = `must have at most ${maxBytes} bytes (${setting})`;
    return new TooLargeError(`Cannot read the body: it ${rule}, got ${length}`, {
      errors: [{ path: "body", rule, value: length }],
    });
  };
  const announced = Number(c.req.header("content-length") ?? 0);
  if (announced > maxBytes) throw tooLarge(announced);
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return null;
  const signal = c.get("signal");
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  let length = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await within(idleMs, reader.read());
        // A cancelled stream looks like one that came to its end.
        if (signal.aborted) throw signal.reason;
        if (done) {
          signal.removeEventListener("abort", leave);
          controller.close();
          return;
        }
        length += value.length;
        if (length > maxBytes) throw tooLarge(length);
        controller.enqueue(value);
      } catch (error) {
        controller.error(named(error));
        leave();
      }
    },
    cancel: leave,
  }, { highWaterMark: 0 });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  if (ms === Infinity) return await work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TimeoutError(`Cannot read the body: nothing came for ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function named(error: unknown): unknown {
  if (
    error instanceof TooLargeError || error instanceof TimeoutError || error instanceof HttpError
  ) return error;
  return endedEarly(error);
}

function endedEarly(cause?: unknown): HttpError {
  return new HttpError("malformed", "Cannot read the body: it ended early", {
    cause,
    errors: [{ path: "body", rule: "must come whole", value: null }],
  });
}
