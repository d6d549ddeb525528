/** References: how a thing that exists is named in a URL or a body. @module */
import { z } from "zod";
import { Name } from "./name.ts";

/** The name or id of a data set. */
export const DatasetReference = Name.meta({ description: "Name or id", example: "cats-and-dogs" });

/** A model by id, alias, digest, or name (the newest of that name). */
export const ModelReference = Name.meta({
  description: "Id, alias, digest, or name (the newest of that name)",
  example: "default",
});

/** The model a request uses where it may leave that out. */
export const OptionalModelReference = ModelReference.default("default");

/** An id of one kind. */
export function idOf(kind: "job" | "model" | "session"): z.ZodString {
  return z.string().regex(
    new RegExp(`^${kind}_[0-9a-f]{16}$`),
    `must be an id, ${kind}_ and 16 hexadecimal digits`,
  ).meta({ example: `${kind}_6f1d2c3b4a596877` });
}
