/** Model: weights, how to use them, and what is known about them, under one digest. @module */
import { z } from "zod";
import { EncoderSpec, Preprocessing } from "./encoder.ts";
import { Health } from "./health.ts";
import { Id, Name } from "./name.ts";
import { ObjectiveSpec } from "./objective.ts";
import { Recipe } from "./recipe.ts";

/** A share with its 95 % interval, all in 0..1. */
export const Score = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
}).meta({ id: "Score" });
export type Score = z.infer<typeof Score>;

/** k-nearest-neighbour accuracy on held-out items, beside what needs no training. */
export const Evaluation = z.object({
  kind: z.literal("knn"),
  k: z.int(),
  temperature: z.number(),
  bank: z.int().describe("Labelled items neighbours were looked for in"),
  queries: z.int().describe("Held-out items that were classified"),
  classes: z.int(),
  trained: Score,
  untrained: Score.describe("The same encoder before training"),
  pixels: Score.describe("Raw pixels"),
  /** Trained minus the better baseline, with a paired bootstrap interval. */
  gain: Score.describe("Trained minus the better of both baselines"),
  verdict: z.string().describe("In words: whether training clearly helped"),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** What is known about a model. */
export const ModelCard = z.object({
  dataset: z.object({ id: z.string(), name: z.string(), digest: z.string(), used: z.int() }),
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
  evaluation: Evaluation.nullable(),
  notes: z.array(z.string()).describe("What a reader should know before trusting the numbers"),
}).meta({ id: "ModelCard" });
export type ModelCard = z.infer<typeof ModelCard>;

/** How a model is used: everything but the numbers. Part of the digest. */
export const ModelSpec = z.object({
  encoder: EncoderSpec,
  preprocessing: Preprocessing,
  dimensions: z.int().describe("Dimension of h"),
  objectives: z.array(ObjectiveSpec).describe("Whose heads the weights include"),
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
