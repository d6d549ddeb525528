/** Alias: a movable name that points to a model. @module */
import { z } from "zod";
import { DatasetReference, ModelReference } from "./reference.ts";
import { Name } from "./name.ts";

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

/** How a new model is compared with the current one before it takes over. */
export const Canary = z.strictObject({
  dataset: DatasetReference.optional().describe("Data set to draw the probes from"),
  collection: Name.optional().describe("Or a collection: its data set is drawn from"),
  minOverlap: z.number().min(0).max(1).default(0.5)
    .describe("Least mean share of neighbours that both models agree on"),
  sample: z.int().min(10).max(512).default(200).describe("Most items to compare on"),
  k: z.int().min(1).max(100).default(10).describe("Neighbours of each item, among the sample"),
  seed: z.int().min(0).max(2 ** 32 - 1).default(0).describe("Of the sample"),
}).superRefine((canary, context) => {
  if ((canary.dataset === undefined) !== (canary.collection === undefined)) return;
  const message = "must be given, or else `collection`: exactly one of the two";
  context.addIssue({ code: "custom", path: ["dataset"], message, input: canary.dataset });
});
export type Canary = z.infer<typeof Canary>;

/** The body of `POST /v1/aliases/:name`. */
export const PromotionRequest = z.strictObject({
  model: ModelReference,
  canary: Canary.optional(),
}).meta({
  id: "PromotionRequest",
  example: { model: "model_6f1d2c3b4a596877", canary: { dataset: "cats-and-dogs" } },
});
export type PromotionRequest = z.infer<typeof PromotionRequest>;

/** What a canary found. */
export const CanaryReport = z.object({
  dataset: z.string().describe("Id"),
  sample: z.int(),
  k: z.int(),
  overlap: z.number().describe("Mean share of the k nearest that both models agree on, 0..1"),
  drift: z.number().describe(
    "1 - linear CKA of the two models' features (Kornblith et al., 2019): 0 if they are alike but " +
      "for rotation and scale",
  ),
  minOverlap: z.number(),
});
export type CanaryReport = z.infer<typeof CanaryReport>;

/** A change of an alias. */
export const AliasChange = z.object({
  model: z.string().describe("Id of the model it points to from then on"),
  previous: z.string().nullable().describe("Id of the one before; null where it was new"),
  kind: z.enum(["set", "rollback"]),
  canary: CanaryReport.nullable(),
  changedAt: z.iso.datetime(),
}).meta({
  id: "AliasChange",
  example: {
    model: "model_6f1d2c3b4a596877",
    previous: "model_0000000000000001",
    kind: "set",
    canary: null,
    changedAt: "2026-01-01T12:00:00.000Z",
  },
});
export type AliasChange = z.infer<typeof AliasChange>;

/** An alias with its last change. */
export const Promotion = Alias.extend({ canary: CanaryReport.nullable() }).meta({
  id: "Promotion",
  example: {
    name: "default",
    model: "model_6f1d2c3b4a596877",
    updatedAt: "2026-01-01T12:00:00.000Z",
    canary: null,
  },
});
export type Promotion = z.infer<typeof Promotion>;
