/** The names that a union of the schemas goes by. @module */
import { z } from "zod";

/** A union told apart by `name`, of which each option has one name or several. */
interface ByName {
  options: readonly { shape: { name: z.ZodEnum | z.ZodLiteral } }[];
}

/** All of them, in their order. */
export function namesOf(union: ByName): string[] {
  return union.options.flatMap(({ shape: { name } }) =>
    [...(name instanceof z.ZodEnum ? name.options : name.values)].map(String)
  );
}
