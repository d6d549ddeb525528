/** Serving another block of a model: as requests ask for it. @module */
import { z } from "zod";
import { Name } from "./name.ts";
import { ModelReference } from "./reference.ts";

/** The body of `POST /v1/models` as JSON. */
export const ServeBlockRequest = z.strictObject({
  from: ModelReference,
  block: z.int().min(0).describe(
    "The encoder's block whose pooled output the new model serves, 0 the one nearest the image",
  ),
  name: Name.optional().describe("Default: that of `from` and the block's number"),
}).meta({ id: "ServeBlockRequest", example: { from: "default", block: 1 } });
export type ServeBlockRequest = z.infer<typeof ServeBlockRequest>;
