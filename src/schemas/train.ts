/** Training run: as requests give it, and with nothing left to default. @module */
import { z } from "zod";
import { Beginning, BeginningRequest } from "./beginning.ts";
import { EncoderRequest, EncoderSpec, Preprocessing } from "./encoder.ts";
import { AutoStop } from "./health.ts";
import { Name } from "./name.ts";
import { ObjectiveRequest, ObjectiveSpec } from "./objective.ts";
import { Recipe, RecipeRequest } from "./recipe.ts";
import { DatasetReference } from "./reference.ts";

/** Ways to judge that cost little beside training. */
const TrainProtocol = z.enum(["knn", "linear"]);

/** Time between two judgements while training: one of epochs and minutes. */
export const EvaluationInterval = z.union([
  z.strictObject({ epochs: z.number().gt(0).max(100_000) }),
  z.strictObject({ minutes: z.number().gt(0).max(100_000) }),
]);
export type EvaluationInterval = z.infer<typeof EvaluationInterval>;

/** Which held-out items say whether training helped. */
export const EvaluateRequest = z.strictObject({
  dataset: DatasetReference.optional()
    .describe("Name or id of a labelled data set to classify; default: items held out of this one"),
  queries: z.int().min(10).max(100_000).default(2000).describe("Most items to classify"),
  bank: z.int().min(10).max(1_000_000).default(10_000)
    .describe("Most labelled training items to look for neighbours in"),
  protocols: z.array(TrainProtocol).min(1).max(2)
    .refine((list) => new Set(list).size === list.length, "must not repeat a protocol")
    .default(["knn", "linear"]).describe("How the model is judged after the last step"),
  every: EvaluationInterval.optional()
    .describe("Also tell kNN while training, as events of type `evaluation`; default: never"),
});
export type EvaluateRequest = z.infer<typeof EvaluateRequest>;

const extraHead = z.strictObject({
  objective: ObjectiveRequest,
  weight: z.number().gt(0).max(100).default(1),
});

/** Adds an issue for each head whose objective the run has already. */
export function refuseRepeatedObjectives(
  { objective, heads }: { objective: ObjectiveSpec; heads: { objective: ObjectiveSpec }[] },
  context: z.RefinementCtx,
): void {
  const names = [objective.name, ...heads.map((head) => head.objective.name)];
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) {
      context.addIssue({
        code: "custom",
        path: ["heads", i - 1, "objective"],
        message: "must differ from every other objective of the job",
        input: name,
      });
    }
  });
}

/** The body of `POST /v1/jobs` for training. Exactly one of epochs, steps, minutes. */
export const TrainRequest = z.strictObject({
  type: z.literal("train"),
  dataset: DatasetReference,
  name: Name.optional().describe("Name of the model that comes out; default: the data set's"),
  objective: ObjectiveRequest.default({
    name: "simclr",
    temperature: 0.5,
    projectionHidden: 128,
    projectionDimension: 64,
  }),
  heads: z.array(extraHead).max(4).default([]).describe("More objectives on the same encoder"),
  from: BeginningRequest.optional()
    .describe("Begin from this model's encoder instead of fresh weights"),
  encoder: EncoderRequest.optional().describe("Default: that of `from`, else resnet8 of width 16"),
  recipe: RecipeRequest.optional().describe("Default: the objective's own preset"),
  imageSize: Preprocessing.shape.size.optional().describe(
    "Default: that of `from`, else 32, or 28 for 28-pixel images",
  ),
  channels: Preprocessing.shape.channels.optional()
    .describe(
      "Default: that of `from`, else 1 if the data set's first images are all grey, else 3",
    ),
  epochs: z.number().gt(0).max(100_000).optional(),
  steps: z.int().min(1).max(100_000_000).optional(),
  minutes: z.number().gt(0).max(100_000).optional(),
  batchSize: z.int().min(2).max(8192).default(256).describe("Images a step (each gives its views)"),
  chunkSize: z.int().min(2).max(8192).nullable().default(null).describe(
    "Most images in memory at a time: the step's gradient is gathered chunk by chunk, exact but for " +
      "batch norm, whose statistics are a chunk's; null: the whole batch at once",
  ),
  limit: z.int().min(2).optional().describe("Train on this many items, drawn by the seed"),
  evaluate: z.union([z.literal(false), EvaluateRequest]).optional()
    .describe("Default: on, where there are labels"),
  seed: z.int().min(0).max(2 ** 32 - 1).default(0),
  checkpointSeconds: z.number().min(0.1).max(86_400).optional()
    .describe("Default: ALIKE_CHECKPOINT_SECONDS"),
  promote: z.boolean().default(true).describe("Point the alias `default` at the model"),
  autoStop: z.union([z.literal(false), AutoStop]).default(false).describe(
    "End by itself on a plateau, or on a collapse or divergence at the last healthy checkpoint",
  ),
}).superRefine((request, context) => {
  const given = [request.epochs, request.steps, request.minutes].filter((x) => x !== undefined);
  if (given.length > 1) {
    context.addIssue({
      code: "custom",
      path: ["epochs"],
      message: "only one of epochs, steps and minutes may be given",
      input: request.epochs,
    });
  }
  refuseRepeatedObjectives(request, context);
}).meta({
  id: "TrainRequest",
  example: {
    type: "train",
    dataset: "cats-and-dogs",
    objective: "simclr",
    heads: [{ objective: "rotation" }],
    encoder: { name: "resnet8", width: 16 },
    epochs: 20,
    batchSize: 256,
  },
});
export type TrainRequest = z.infer<typeof TrainRequest>;

/** How long a run is. */
export const Budget = z.union([
  z.object({ steps: z.int() }),
  z.object({ minutes: z.number() }),
]);
export type Budget = z.infer<typeof Budget>;

/** A training run with nothing left to default: what the trainer worker gets. */
export const TrainSpec = z.object({
  type: z.literal("train"),
  name: Name,
  dataset: z.string().describe("Id"),
  datasetName: z.string(),
  evaluationDataset: z.string().nullable().describe("Id; null: hold items out"),
  objectives: z.array(z.object({ spec: ObjectiveSpec, weight: z.number() })).min(1),
  // Absent where weights were fresh.
  from: Beginning.optional().describe("The model that it began from"),
  encoder: EncoderSpec,
  preprocessing: Preprocessing,
  // Absent where clips are no matter, and in jobs of before there were clips.
  frames: z.int().optional()
    .describe("Most frames of each clip that are used; not given where items are used as images"),
  recipe: Recipe,
  batchSize: z.int(),
  // Absent in jobs of before there were chunks.
  chunkSize: z.int().nullable().default(null),
  budget: Budget,
  /** Indices to train on are drawn by the seed from what is not held out. */
  limit: z.int().nullable(),
  evaluate: z.object({
    queries: z.int(),
    bank: z.int(),
    // Absent in jobs of before there was a choice.
    protocols: z.array(TrainProtocol).default(["knn"]),
    every: EvaluationInterval.nullable().default(null),
  }).nullable(),
  seed: z.int(),
  checkpointSeconds: z.number(),
  promote: z.boolean(),
  autoStop: AutoStop.nullable().default(null),
  extensions: z.array(Budget).default([])
    .describe("What was added to the budget, each with a learning-rate schedule of its own"),
});
export type TrainSpec = z.infer<typeof TrainSpec>;
