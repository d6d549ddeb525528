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
  type Outcome,
  reasonOf,
} from "../errors.ts";

/** Failures that are the image's own. */
const FAULTS = new Set<ErrorRecord["code"]>(["invalid", "corrupt", "unsupported", "too_large"]);

/**
 * The values, if there is one of each image.
 *
 * @param bytes How long the i-th image is, for the fault.
 * @throws {InvalidError} With a fault `input[i]` for each image that cannot be used.
 * @throws What happened to an image, if that was not the image's fault.
 */
export function unwrapOutcomes<T>(outcomes: Outcome<T>[], bytes: (index: number) => number): T[] {
  const values: T[] = [];
  const faults: FieldError[] = [];
  outcomes.forEach((outcome, i) => {
    if (outcome.ok) values.push(outcome.value);
    else if (FAULTS.has(outcome.error.code)) faults.push(...faultsOf(i, outcome.error, bytes(i)));
    else throw fromErrorRecord(outcome.error);
  });
  if (faults.length > 0) throw invalid(faults);
  return values;
}

/** Faults that name their field already are passed on as they are. */
function faultsOf(index: number, record: ErrorRecord, bytes: number): FieldError[] {
  const named = record.errors?.filter(({ path }) => path !== "") ?? [];
  if (named.length > 0) return named;
  const [first] = record.errors ?? [];
  return [{
    path: `input[${index}]`,
    rule: first?.rule ?? `must be an image that can be decoded: ${reasonOf(record.message)}`,
    value: first?.value ?? `${bytes} bytes`,
  }];
}

function invalid(faults: FieldError[]): InvalidError {
  const [first] = faults;
  return new InvalidError(
    `Cannot use ${faults.length === 1 ? "an image" : `${faults.length} images`}: ` +
      `${first!.rule}, ${first!.path}`,
    { errors: faults },
  );
}
