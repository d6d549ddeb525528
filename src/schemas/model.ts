/** Model: weights, how to use them, and what is known about them, under one digest. @module */
import { z } from "zod";
import { Beginning } from "./beginning.ts";
import { blockDimensions } from "./block_dimensions.ts";
import { EncoderSpec, Preprocessing } from "./encoder.ts";
import { Health } from "./health.ts";
import { EvaluationReport, FrozenProof, KnnResult, LinearResult } from "./evaluation.ts";
import { Id, Name } from "./name.ts";
import { ObjectiveSpec } from "./objective.ts";
import { Recipe } from "./recipe.ts";

/** What is known about a model. */
export const ModelCard = z.object({
  dataset: z.object({ id: z.string(), name: z.string(), digest: z.string(), used: z.int() }),
  from: Beginning.optional().describe("The model that training began from; not given: none"),
  recipe: Recipe,
  batchSize: z.int(),
  seed: z.int(),
  steps: z.int(),
  epochs: z.number(),
  seconds: z.number().describe("Time spent training"),
  viewsPerSecond: z.number(),
  backend: z.string(),
  parameters: z.int().describe("Weights of the encoder"),
  final: z.record(z.string(), z.number()).describe("Last metrics: loss, contrastive accuracy, …"),
  health: Health.optional().describe("The last verdict on the run, of these weights"),
  heads: z.record(z.string(), z.record(z.string(), z.number()))
    .describe("Held-out metrics of each head: rotation accuracy, …"),
  evaluation: KnnResult.nullable().describe("kNN after the last step"),
  // Null in cards of before there was one.
  linear: LinearResult.nullable().default(null).describe("Linear probe after the last step"),
  frozen: FrozenProof.nullable().default(null),
  imported: z.object({
    model: z.string().describe("Its id there"),
    name: Name.describe("Its name there"),
    createdAt: z.iso.datetime().describe("When it was made"),
  }).optional().describe(
    "Where it comes from, if another service made it: data set, job and recipe are that one's",
  ),
  notes: z.array(z.string()).describe("What a reader should know before trusting the numbers"),
}).meta({ id: "ModelCard" });
export type ModelCard = z.infer<typeof ModelCard>;

/** How a model is used: everything but the numbers. Part of the digest. */
export const ModelSpec = z.object({
  encoder: EncoderSpec,
  preprocessing: Preprocessing,
  dimensions: z.int().describe("Dimension of h"),
  // Absent for the last one, and in models of before there was a choice: their digests hold it.
  block: z.int().min(0).optional().describe(
    "The encoder's block whose pooled output is h, 0 the one nearest the image; not given: the last",
  ),
  objectives: z.array(ObjectiveSpec).describe("Whose heads the weights include"),
}).superRefine(({ encoder, block, dimensions }, context) => {
  if (block === undefined || !Number.isInteger(block) || block < 0) return;
  const all = blockDimensions(encoder);
  if (block >= all.length) {
    const message = `must be at most ${all.length - 1}, the last block of ${encoder.name}`;
    context.addIssue({ code: "custom", path: ["block"], message, input: block });
  } else if (dimensions !== all[block]) {
    const message = `must be ${all[block]}, as block ${block} has`;
    context.addIssue({ code: "custom", path: ["dimensions"], message, input: dimensions });
  }
});
export type ModelSpec = z.infer<typeof ModelSpec>;

/** What the service says of a model. */
export const Model = z.object({
  id: Id,
  name: Name,
  digest: z.string().describe("SHA-256 over spec and weights, hex"),
  spec: ModelSpec,
  card: ModelCard,
  bytes: z.int().describe("Size of the weights"),
  job: z.string().nullable().describe("The job that made it"),
  createdAt: z.iso.datetime(),
}).meta({ id: "Model" });
export type Model = z.infer<typeof Model>;

/** A model with what was found out about it since. */
export const JudgedModel = Model.extend({
  evaluations: z.array(EvaluationReport).describe("By evaluation jobs, newest first"),
}).meta({ id: "JudgedModel" });
export type JudgedModel = z.infer<typeof JudgedModel>;
