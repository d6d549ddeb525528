/** Alias: a movable name that points to a model. @module */
import { z } from "zod";
import { ModelReference } from "./reference.ts";

/** What the service says of an alias. */
export const Alias = z.object({
  name: z.string(),
  model: z.string().describe("Id of the model it points to"),
  updatedAt: z.iso.datetime(),
}).meta({
  id: "Alias",
  example: {
    name: "default",
    model: "model_6f1d2c3b4a596877",
    updatedAt: "2026-01-01T12:00:00.000Z",
  },
});
export type Alias = z.infer<typeof Alias>;

/** The body of `PUT /v1/aliases/:name`. */
export const AliasRequest = z.strictObject({ model: ModelReference })
  .meta({ id: "AliasRequest", example: { model: "model_6f1d2c3b4a596877" } });
export type AliasRequest = z.infer<typeof AliasRequest>;
