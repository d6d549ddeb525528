/**
 * Tournament: objectives against each other on one data set, each with the same time, then every
 * block of every encoder judged by the same held-out items.
 *
 * @module
 */
import { z } from "zod";
import { canonicalJson } from "../digest.ts";
import { EncoderRequest, Preprocessing } from "./encoder.ts";
import { Score } from "./evaluation.ts";
import { Id, Name } from "./name.ts";
import { ObjectiveRequest } from "./objective.ts";
import { RecipeRequest } from "./recipe.ts";
import { DatasetReference } from "./reference.ts";
import { EvaluateRequest, refuseRepeatedObjectives, TrainRequest, TrainSpec } from "./train.ts";

/** Most objectives of a tournament. */
export const MOST_ENTRIES = 16;

/** An entry with what a training job of it would be given. */
const FullEntry = z.strictObject({
  objective: ObjectiveRequest,
  heads: TrainRequest.shape.heads,
  recipe: RecipeRequest.optional().describe("Default: the objective's own preset"),
  label: Name.max(40, "must have at most 40 characters").optional()
    .describe("What it is called; default: the objective's name"),
}).superRefine(refuseRepeatedObjectives);

/** An objective, or an objective with its recipe and heads. */
export const TournamentEntry = z.union([
  // First: of two forms that fit equally badly, the faults of this one are told.
  FullEntry,
  ObjectiveRequest.transform((objective) => FullEntry.parse({ objective })),
]);
export type TournamentEntry = z.infer<typeof FullEntry>;

const { shape } = TrainRequest;

/** The body of `POST /v1/jobs` for a tournament. One of minutes and steps. */
export const TournamentRequest = z.strictObject({
  type: z.literal("tournament"),
  dataset: DatasetReference,
  name: Name.max(50, "must have at most 50 characters").optional()
    .describe("What the models' names begin with; default: the data set's, cut to 50 characters"),
  objectives: z.array(TournamentEntry).min(1).max(MOST_ENTRIES).optional().describe(
    "Names, specs, or `{objective, recipe, heads, label}`; default: every objective that the data " +
      "set allows, each with its own preset",
  ),
  encoder: EncoderRequest.default({ name: "resnet8", width: 16 }),
  imageSize: Preprocessing.shape.size.optional().describe("Default: 32, or 28 for 28-pixel images"),
  channels: Preprocessing.shape.channels.optional()
    .describe("Default: 1 if the data set's first images are all grey, else 3"),
  minutes: z.number().gt(0).max(100_000).optional()
    .describe("Time that each entry trains, the same for all; default: 10"),
  steps: z.int().min(1).max(100_000_000).optional()
    .describe("Steps of each entry instead: repeatable to the bit, but not the same time"),
  batchSize: shape.batchSize,
  chunkSize: shape.chunkSize,
  limit: shape.limit,
  evaluate: EvaluateRequest.prefault({})
    .describe("Which held-out items judge; the same for every entry, none of them trained on"),
  seed: shape.seed,
  checkpointSeconds: shape.checkpointSeconds,
  promote: z.boolean().default(true)
    .describe(
      "Once all are judged, point the alias `default` at a model that serves the recommended block",
    ),
}).superRefine(({ minutes, steps, objectives = [] }, context) => {
  const labels = objectives.map(({ label }) => label);
  for (const [i, label] of labels.entries()) {
    if (label === undefined || labels.indexOf(label) === i) continue;
    const message = "must differ from every other label";
    context.addIssue({ code: "custom", path: ["objectives", i, "label"], message, input: label });
  }
  const entries = objectives.map(({ label: _, ...entry }) => canonicalJson(entry));
  for (const [i, entry] of entries.entries()) {
    const first = entries.indexOf(entry);
    if (first === i) continue;
    const message = `must differ from objectives[${first}]: it would train the very same`;
    const input = objectives[i]!.objective.name;
    context.addIssue({ code: "custom", path: ["objectives", i], message, input });
  }
  if (minutes === undefined || steps === undefined) return;
  const message = "must be left out where steps is given";
  context.addIssue({ code: "custom", path: ["minutes"], message, input: minutes });
}).meta({
  id: "TournamentRequest",
  example: {
    type: "tournament",
    dataset: "cats-and-dogs",
    objectives: ["simclr", "rotation", { objective: "jigsaw", heads: [{ objective: "rotation" }] }],
    minutes: 5,
  },
});
export type TournamentRequest = z.infer<typeof TournamentRequest>;

/** A tournament with nothing left to default: what each entry trains is a training spec. */
export const TournamentSpec = z.object({
  type: z.literal("tournament"),
  name: Name,
  dataset: z.string().describe("Id"),
  datasetName: z.string(),
  evaluationDataset: z.string().nullable().describe("Id; null: hold items out"),
  entries: z.array(z.object({ label: z.string(), spec: TrainSpec })).min(1),
  leftOut: z.array(z.object({ label: z.string(), reason: z.string() }))
    .describe("Objectives that the data set does not allow, where none were asked for by name"),
  promote: z.boolean(),
});
export type TournamentSpec = z.infer<typeof TournamentSpec>;

/** Ways to rank blocks. */
export const RankedBy = z.enum(["knn", "linear"]);
export type RankedBy = z.infer<typeof RankedBy>;

/** What one protocol says of a block. */
const BlockScore = z.object({
  trained: Score,
  untrained: Score.describe("The same block of the untrained encoder"),
  gain: Score.describe("Trained minus untrained, paired item by item"),
});

/** A block of an entry's encoder: the pooled output of one of its stages. */
export const RankedBlock = z.object({
  entry: z.int().describe("Which of `entries`, from 0"),
  label: z.string(),
  model: Id,
  block: z.int().describe("Which stage of the encoder, from 0"),
  last: z.boolean().describe("Whether it is the one that the model's embeddings come from"),
  dimensions: z.int(),
  knn: BlockScore.nullable(),
  linear: BlockScore.nullable(),
  behind: Score.nullable().describe(
    "The first's share of right answers minus this one's, paired item by item; null for the first",
  ),
});
export type RankedBlock = z.infer<typeof RankedBlock>;

/** Every judged block, the best first. */
export const TournamentTable = z.object({
  by: RankedBy.describe("What the ranking goes by: the linear probe, or kNN if there is none"),
  queries: z.int().describe("Items that were classified; no entry was trained on them"),
  labels: z.int().describe("Labelled items that kNN and the linear probe learned from"),
  classes: z.int(),
  pixels: z.object({ knn: Score.nullable(), linear: Score.nullable() })
    .describe("Raw pixels, judged alike"),
  rows: z.array(RankedBlock),
});
export type TournamentTable = z.infer<typeof TournamentTable>;

/** Which model, and which of its blocks, is best. */
export const Recommendation = z.object({
  model: Id,
  label: z.string(),
  block: z.int(),
  last: z.boolean(),
  score: Score.describe("By what the ranking goes by"),
  gain: Score.describe("Over the untrained encoder's same block, paired"),
  clear: z.boolean()
    .describe("Whether every other block is behind by more than the interval of the difference"),
  close: z.array(z.object({ label: z.string(), block: z.int() }))
    .describe("Those that are not clearly behind"),
  verdict: z.string().describe("In words"),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** How a tournament stands: kept with the job, and told after every entry. */
export const TournamentStanding = z.object({
  entries: z.array(z.object({
    label: z.string(),
    model: Id.nullable().describe("Null until it is trained"),
    judged: z.boolean(),
    error: z.string().nullable().describe("Why there will be no model, or no judgement"),
  })),
  table: TournamentTable.nullable().describe("Null until the first entry is judged"),
  recommended: Recommendation.nullable().describe("The best of those judged so far"),
  // Null in those of before a block could be promoted.
  served: Id.nullable().default(null).describe(
    "The model that serves the recommended block, to which `default` was pointed; null before the " +
      "end, and with `promote: false`",
  ),
}).meta({ id: "TournamentStanding" });
export type TournamentStanding = z.infer<typeof TournamentStanding>;
