/** Reads multipart forms (RFC 7578), as a stream: each file of the form is a member. @module */
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { type AlikeError, InvalidError } from "../errors.ts";
import { asCorrupt, readAs } from "./as_corrupt.ts";
import { feedWritable } from "./feed_writable.ts";
import type { Member } from "./member.ts";

/** Whether a Content-Type is that of a form with files. */
export function isMultipart(contentType: string | undefined): boolean {
  return /^\s*multipart\/form-data\s*(;|$)/i.test(contentType ?? "");
}

/** Bytes that all header lines of one part may have. */
const MAX_HEADER_BYTES = 16 * 1024;

interface Part {
  name: string;
  stream: BusboyFileStream;
}

/**
 * The files of a form; its other fields are left out. The name is the file name with its folders,
 * as browsers send it for a folder that was chosen (`webkitRelativePath`).
 *
 * @throws {InvalidError} If the content type names no boundary. @throws {CorruptError} If the form
 * is damaged or cut off.
 */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  contentType: string,
): AsyncGenerator<Member> {
  const form = makeForm(contentType);
  const parts: Part[] = [];
  let current: BusboyFileStream | undefined;
  let failure: AlikeError | undefined;
  let finished = false;
  let wake = () => {};
  form.on("file", (_field, stream, name) => {
    // Errors are raised where the part is read; one that is not read may not end the process.
    stream.on("error", () => {});
    parts.push({ name: name ?? "", stream });
    wake();
  });
  form.on("finish", () => {
    finished = true;
    wake();
  });
  form.on("error", (error) => {
    failure = asCorrupt("form", error);
    // The parser leaves the part that it was in without an end.
    for (const { stream } of parts) stream.destroy(failure);
    current?.destroy(failure);
    wake();
  });
  void feedWritable(source, form);
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => wake = resolve);
      if (failure !== undefined) throw failure;
      const part = parts.shift();
      if (part === undefined) {
        if (finished) return;
        await woken;
        continue;
      }
      current = part.stream;
      // To leave a loop over the part would destroy it and stop the form, so it is read by hand.
      const chunks = (part.stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      const body = { [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) };
      // A file input without a file sends a part without name and bytes.
      if (part.name !== "") yield { name: part.name, body: readAs("form", body) };
      while (!(await chunks.next()).done);
    }
  } catch (error) {
    throw failure ?? asCorrupt("form", error);
  } finally {
    form.destroy();
    current?.destroy();
    for (const { stream } of parts) stream.destroy();
  }
}

function makeForm(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      preservePath: true,
      limits: { headerSize: MAX_HEADER_BYTES, fieldSize: 1024 },
    });
  } catch (cause) {
    throw new InvalidError(
      `Cannot read the form: ${(cause as Error).message}, ${contentType.slice(0, 200)}`,
      {
        cause,
        errors: [{
          path: "content-type",
          rule: "must name the form's boundary",
          value: contentType.slice(0, 200),
        }],
      },
    );
  }
}
