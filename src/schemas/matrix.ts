/**
 * Matrix: rows of numbers in a request.
 *
 * Zod checks an array element by element and writes an issue for each wrong one; a body of two
 * million strings where numbers belong costs seconds and gigabytes. Here the elements are checked
 * by a plain loop that stops at the first few faults.
 *
 * @module
 */
import { z } from "zod";

/** Limits of a {@linkcode matrix}. */
export interface MatrixOptions {
  /** Fewest rows. */
  minRows: number;
  /** Most rows. */
  maxRows: number;
  /** Most numbers in a row. */
  maxColumns: number;
}

/** After so many faults nobody reads on. */
const MAX_FAULTS = 10;

/**
 * Bounds of a row's Euclidean length. Within them neither its square nor the gradient of a cosine,
 * which goes with its inverse, leaves the range of float32.
 */
const MIN_LENGTH = 1e-15;
const MAX_LENGTH = 1e15;

/**
 * Rows of equal length, each with a direction: finite numbers, not all zero.
 *
 * @returns A schema whose output is `number[][]`.
 */
export function matrix(options: MatrixOptions): z.ZodArray<z.ZodArray<z.ZodNumber>> {
  const number = z.unknown().meta({ type: "number" });
  const schema = z.array(z.array(number).min(1).max(options.maxColumns))
    .min(options.minRows).max(options.maxRows)
    .superRefine((rows, context) => {
      let faults = 0;
      const fault = (path: PropertyKey[], message: string, input: unknown) => {
        faults++;
        context.addIssue({ code: "custom", path, message, input });
      };
      const width = rows[0]?.length;
      for (let i = 0; i < rows.length && faults < MAX_FAULTS; i++) {
        const row = rows[i]!;
        const wrong = row.findIndex((value) => !Number.isFinite(value));
        if (wrong !== -1) {
          fault([i, wrong], "must be a finite number", row[wrong]);
          continue;
        }
        if (row.length !== width) {
          fault([i], `must have as many numbers as the first row, ${width}`, row.length);
          continue;
        }
        const length = Math.hypot(...row as number[]);
        if (length === 0) fault([i], "must not be all zeros: it has no direction", 0);
        else if (length < MIN_LENGTH || length > MAX_LENGTH) {
          fault([i], `must have a Euclidean length from ${MIN_LENGTH} to ${MAX_LENGTH}`, length);
        }
      }
    });
  // The loop above has proved what zod's type for the elements would say.
  return schema as unknown as z.ZodArray<z.ZodArray<z.ZodNumber>>;
}
