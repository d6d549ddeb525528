/**
 * Outcomes: what came of each image of a request, as values or as one error that names the images
 * at fault.
 *
 * @module
 */
import {
  type ErrorRecord,
  type FieldError,
  fromErrorRecord,
  InvalidError,
  toErrorRecord,
} from "../errors.ts";
import type { Outcome } from "../protocol/embedder_protocol.ts";

/** Failures that are the image's own. */
const FAULTS = new Set<ErrorRecord["code"]>(["invalid", "corrupt", "unsupported", "too_large"]);

/**
 * The values, if there is one of each image.
 *
 * @throws {InvalidError} With a fault `input[i]` for each image that cannot be used.
 * @throws What happened to an image, if that was not the image's fault.
 */
export function unwrapOutcomes<T>(outcomes: Outcome<T>[], images: Uint8Array[]): T[] {
  const values: T[] = [];
  const faults: FieldError[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.ok) values.push(outcome.value);
    else if (FAULTS.has(outcome.error.code)) faults.push(fault(i, outcome.error, images[i]!));
    else throw fromErrorRecord(outcome.error);
  }
  if (faults.length > 0) throw invalid(faults);
  return values;
}

/**
 * An error about the only image of a request as one that names it; undefined if it is about
 * something else, or names a field already.
 */
export function imageFault(error: unknown, image: Uint8Array): InvalidError | undefined {
  const record = toErrorRecord(error);
  const names = record.errors?.some(({ path }) => path !== "") ?? false;
  return FAULTS.has(record.code) && !names ? invalid([fault(0, record, image)]) : undefined;
}

function fault(index: number, record: ErrorRecord, image: Uint8Array): FieldError {
  const [first] = record.errors ?? [];
  const reason = record.message.replace(/^Cannot [^:]*: /, "");
  return {
    path: `input[${index}]`,
    rule: first?.rule ?? `must be an image that can be decoded: ${reason}`,
    value: first?.value ?? `${image.byteLength} bytes`,
  };
}

function invalid(faults: FieldError[]): InvalidError {
  const [first] = faults;
  return new InvalidError(
    `Cannot use ${faults.length === 1 ? "an image" : `${faults.length} images`}: ` +
      `${first!.rule}, ${first!.path}`,
    { errors: faults },
  );
}
