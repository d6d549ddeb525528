/** How an input that cannot be decoded is told to its client. @module */
import { AlikeError, type FieldError, InvalidError, reasonOf } from "../errors.ts";

/**
 * The fault of the input `index`.
 *
 * @throws `error` itself, if it says nothing about the input.
 */
export function decodingFault(
  error: unknown,
  kind: "image" | "animation",
  bytes: Uint8Array,
  index: number,
): FieldError {
  if (!(error instanceof AlikeError)) throw error;
  return {
    path: `input[${index}]`,
    rule: `must be an ${kind} that can be decoded: ${reasonOf(error.message)}`,
    value: `${bytes.byteLength} bytes`,
  };
}

/** The error of a question with such faults. */
export function undecodable(faults: FieldError[]): InvalidError {
  const { path, rule } = faults[0]!;
  return new InvalidError(`Cannot use an image: ${path} ${rule}`, { errors: faults });
}
