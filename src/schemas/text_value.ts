/**
 * Numbers and flags as text: query parameters and form fields.
 *
 * `z.coerce` would take "" for 0 and any text for true; here only what is one passes.
 *
 * @module
 */
import { z } from "zod";

/** A whole number in decimal digits. */
export function integerText(
  low: number,
  high: number,
): z.ZodPipe<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>, z.ZodNumber> {
  return z.string().regex(/^\d{1,16}$/, "must be a whole number of at most 16 digits").transform(
    Number,
  )
    .pipe(z.number().min(low).max(high))
    .meta({ type: "integer", minimum: low, maximum: high });
}

/** A number in decimal digits, above 0. */
export function numberText(
  low: number,
  high: number,
): z.ZodPipe<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>, z.ZodNumber> {
  return z.string().regex(/^\d{1,16}(\.\d{1,16})?$/, "must be a number in decimal digits")
    .transform(Number)
    .pipe(z.number().min(low).max(high))
    .meta({ type: "number", minimum: low, maximum: high });
}

/** `true` or `false`. */
export const booleanText = z.enum(["true", "false"])
  .transform((text) => text === "true")
  .meta({ type: "boolean", enum: [true, false] });
