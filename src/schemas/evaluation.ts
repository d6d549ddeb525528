/** Evaluation: what the protocols find out about an encoder, each figure with its interval. @module */
import { z } from "zod";

/** A share with its 95 % interval, all in 0..1. */
export const Score = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
}).meta({ id: "Score" });
export type Score = z.infer<typeof Score>;

/** How the judged items of one class fared. */
export const ClassResult = z.object({
  label: z.string(),
  items: z.int().describe("Judged items of the class"),
  recall: z.number().nullable().describe("Share of them found; null where there are none"),
  precision: z.number().nullable()
    .describe("Share of what was taken for the class that is of it; null where nothing was"),
});
export type ClassResult = z.infer<typeof ClassResult>;

/** What was taken for what. */
export const Confusion = z.object({
  classes: z.array(ClassResult).describe("In the order of the matrix"),
  matrix: z.array(z.array(z.int())).nullable()
    .describe("Items by true class (row) and predicted class (column); null above 200 classes"),
  otherLabels: z.int().describe("Items whose label is none of the classes: all counted as wrong"),
}).meta({ id: "Confusion" });
export type Confusion = z.infer<typeof Confusion>;

const judged = {
  queries: z.int().describe("Items that were classified; none of them was learned from"),
  classes: z.int(),
};

/** Trained encoder, untrained encoder and raw pixels, judged alike. */
const beside = {
  trained: Score,
  untrained: Score.describe("The same encoder before training"),
  pixels: Score.describe(
    "Raw pixels, averaged over blocks where there are many: 3,072 numbers, a linear probe 1,024",
  ),
  gain: Score.describe("Trained minus the better of both baselines, paired"),
  verdict: z.string().describe("In words: whether training clearly helped"),
  // Null in cards of before there was one.
  confusion: Confusion.nullable().default(null).describe("Of the trained encoder"),
};

/** k-nearest-neighbour accuracy on held-out items, beside what needs no training. */
export const KnnResult = z.object({
  kind: z.literal("knn"),
  k: z.int(),
  temperature: z.number(),
  bank: z.int().describe("Labelled items neighbours were looked for in"),
  ...judged,
  ...beside,
}).meta({ id: "KnnResult" });
export type KnnResult = z.infer<typeof KnnResult>;

/** How a linear probe was fitted. */
export const ProbeFit = z.object({
  l2: z.number().describe(
    "Chosen on a part of the labels it learns from: l2 / 2 · |W|² is added to the mean loss",
  ),
  iterations: z.int().describe("L-BFGS iterations of the last fit"),
  converged: z.boolean().describe("Whether the gradient was small before the iterations ran out"),
});
export type ProbeFit = z.infer<typeof ProbeFit>;

/** Multinomial logistic regression on frozen, standardised features. */
export const LinearResult = z.object({
  kind: z.literal("linear"),
  labels: z.int().describe("Labelled items it learned from"),
  standardised: z.literal(true).describe("Each feature to mean 0, deviation 1 over those items"),
  fits: z.object({ trained: ProbeFit, untrained: ProbeFit, pixels: ProbeFit }),
  ...judged,
  ...beside,
}).meta({ id: "LinearResult" });
export type LinearResult = z.infer<typeof LinearResult>;

/** How long and how a classifier is trained. */
export const ClassifierBudget = z.object({
  steps: z.int(),
  batchSize: z.int().describe("Images a step; fewer where there are fewer labels"),
  learningRate: z.number().describe("Of Adam, warmed up, then half a cosine to 0"),
  weightDecay: z.number(),
  crop: z.number().describe("Least area of a random crop, as a share of the image"),
  flip: z.number().describe("Probability of a mirror image"),
  // Absent before there was such a thing.
  jitter: z.number().default(0)
    .describe("Strength s of SimCLR's colour distortion: jitter of 0.8 s, colour dropped in 0.4 s"),
});
export type ClassifierBudget = z.infer<typeof ClassifierBudget>;

/** How a classifier learns from items whose labels it is not shown (FixMatch with a mean teacher). */
export const UnlabelledBudget = z.object({
  batchSize: z.int().describe("Items without labels a step; fewer where there are fewer"),
  threshold: z.number().describe("Least probability at which the teacher is believed"),
  weight: z.number().describe("Of their loss, beside that of the labelled items"),
  crop: z.number().describe("Least area of a crop of what the student is shown"),
  jitter: z.number().describe("Strength of the colour distortion of what the student is shown"),
});
export type UnlabelledBudget = z.infer<typeof UnlabelledBudget>;

const taken = z.number().describe(
  "Share of the items without labels that the teacher was believed on, over the last tenth of the " +
    "steps",
);

/** What a classifier may be put on. */
export const FinetunedLayer = z.enum(["h", "projection"]);

/** Encoder and linear layer trained together on few labels, beside the same from fresh weights. */
export const FinetuneResult = z.object({
  kind: z.literal("finetune"),
  fraction: z.number().describe("Share of the labels, stratified by class"),
  labels: z.int().describe("Labelled items it learned from"),
  budget: ClassifierBudget.describe("The same for both"),
  on: FinetunedLayer.default("h").describe("Layer that the classifier was put on"),
  // Null in cards of before there was such a thing, as where it was not asked for.
  unlabelled: UnlabelledBudget.extend({
    items: z.int().describe("Items without labels, or whose labels were not shown"),
    taken: z.object({ pretrained: taken, scratch: taken }),
  }).nullable().default(null).describe("The same for both; null: the labels alone"),
  ...judged,
  pretrained: Score.describe("Begun from the model's weights"),
  scratch: Score.describe("Begun from fresh weights"),
  gain: Score.describe("Pretrained minus scratch, paired"),
  labelsAlone: z.object({
    scratch: Score.describe("Begun from fresh weights, without the items without labels"),
    gain: Score.describe("Pretrained minus that, paired"),
  }).nullable().default(null).describe(
    "What the labels give alone; null where nothing else was used",
  ),
  verdict: z.string(),
  confusion: Confusion.describe("Of the pretrained one"),
}).meta({ id: "FinetuneResult" });
export type FinetuneResult = z.infer<typeof FinetuneResult>;

/** The same encoder trained with all labels: what self-supervision is up against. */
export const SupervisedResult = z.object({
  kind: z.literal("supervised"),
  labels: z.int().describe("Labelled items it learned from"),
  budget: ClassifierBudget,
  ...judged,
  accuracy: Score,
  gap: Score.nullable()
    .describe("Accuracy minus the linear probe's, paired; null where there was no probe"),
  confusion: Confusion,
}).meta({ id: "SupervisedResult" });
export type SupervisedResult = z.infer<typeof SupervisedResult>;

/** What one protocol found out. */
export const ProtocolResult = z.discriminatedUnion("kind", [
  KnnResult,
  LinearResult,
  FinetuneResult,
  SupervisedResult,
]).meta({ id: "ProtocolResult" });
export type ProtocolResult = z.infer<typeof ProtocolResult>;

/** That the weights that were judged are those of the model, and stayed so. */
export const FrozenProof = z.object({
  before: z.string().describe("SHA-256 over the encoder's weights and statistics, hex"),
  after: z.string().describe("The same after the evaluation; it fails if they differ"),
});
export type FrozenProof = z.infer<typeof FrozenProof>;

const usedData = z.object({ id: z.string(), name: z.string(), digest: z.string(), items: z.int() });

/** What an evaluation job found out about a model. */
export const EvaluationReport = z.object({
  job: z.string().describe("The job that made it"),
  createdAt: z.iso.datetime(),
  seconds: z.number(),
  backend: z.string(),
  seed: z.int(),
  train: usedData.describe("Labelled items that were learned from"),
  dataset: usedData.describe("Labelled items that were classified"),
  results: z.array(ProtocolResult),
  frozen: FrozenProof,
  notes: z.array(z.string()).describe("What a reader should know before trusting the numbers"),
}).meta({ id: "EvaluationReport" });
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** A protocol's figures without the details: what a job tells as it goes. */
export const EvaluationSummary = z.object({
  protocol: z.enum(["knn", "linear", "finetune", "supervised"]),
  step: z.int().nullable().describe("Of training; null where the model was finished"),
  epoch: z.number().nullable(),
  fraction: z.number().nullable().describe("Share of the labels, where the protocol takes some"),
  scores: z.record(z.string(), Score)
    .describe(
      "knn and linear: trained, untrained, pixels, gain; finetune: pretrained, scratch, gain, and " +
        "labelsAlone where items without labels were used",
    ),
});
export type EvaluationSummary = z.infer<typeof EvaluationSummary>;
