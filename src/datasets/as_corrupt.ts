/** What a library threw at an upload, as a failure of ours. @module */
import { AlikeError, CorruptError } from "../errors.ts";

/** `error` if it is of ours, else that the `form` ("form", "tar archive") cannot be read. */
export function asCorrupt(form: string, error: unknown): AlikeError {
  if (error instanceof AlikeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CorruptError(`Cannot read the ${form}: ${message}`, { cause: error });
}

/** `body`, whose errors are told as of the `form`. @throws {AlikeError} */
export async function* readAs(
  form: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw asCorrupt(form, error);
  }
}
