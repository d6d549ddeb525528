/** Beginning: the model whose weights a training run begins from, instead of fresh ones. @module */
import { z } from "zod";
import { Id } from "./name.ts";
import { ModelReference } from "./reference.ts";

const Options = z.strictObject({
  model: ModelReference,
  frozen: z.int().min(0).default(0).describe(
    "How many stages of the encoder, from the image up, stay as they are: no gradient, no weight " +
      "decay, batch norm by its running statistics",
  ),
  heads: z.boolean().default(false)
    .describe("Take over the heads of objectives that are the same, option by option, too"),
});

/** As requests give it: a model's name alone means that all of the encoder learns on. */
export const BeginningRequest = z.union([
  ModelReference.transform((model) => Options.parse({ model })),
  Options,
]);
export type BeginningRequest = z.infer<typeof BeginningRequest>;

/** What a run begins from, with nothing left to look up. */
export const Beginning = z.object({
  model: Id,
  name: z.string(),
  digest: z.string(),
  frozen: z.int().describe("Stages of the encoder, from the image up, that stayed as they were"),
  heads: z.array(z.string()).describe("Objectives whose heads were taken over"),
}).meta({ id: "Beginning" });
export type Beginning = z.infer<typeof Beginning>;
