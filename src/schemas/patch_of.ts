/** Patches: schemas of what may be replaced of a value. @module */
import { z } from "zod";

/** A schema without its default. */
type Bare<Field extends z.core.SomeType> = Field extends z.ZodDefault<infer Inner> ? Inner : Field;

type PatchShape<Shape extends z.core.$ZodShape> = {
  [Key in keyof Shape]: z.ZodOptional<Bare<Shape[Key]>>;
};

/** The same fields, each of which may be left out, and then stays out: no default fills it. */
export function patchOf<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
): z.ZodObject<PatchShape<Shape>, z.core.$strict> {
  const fields = Object.entries(schema.shape).map(([name, field]) => [
    name,
    z.optional(field instanceof z.ZodDefault ? field.unwrap() : field),
  ]);
  // The types of entries are lost on the way through a list.
  return z.strictObject(Object.fromEntries(fields) as PatchShape<Shape>);
}
