/** Small evaluations for tests. @module */
import type { ClassifierBudget } from "../../src/schemas/evaluation.ts";
import { EvaluationSpec } from "../../src/schemas/evaluate.ts";

/** Steps that are over in a moment. */
export const SHORT_BUDGET: ClassifierBudget = {
  steps: 4,
  batchSize: 8,
  learningRate: 2e-3,
  weightDecay: 5e-4,
  crop: 0.6,
  flip: 0.5,
  jitter: 0,
};

/** An evaluation by another data set, parts of it replaced. */
export function evaluationSpec(parts: Partial<EvaluationSpec> = {}): EvaluationSpec {
  const { steps: _, ...budget } = SHORT_BUDGET;
  return EvaluationSpec.parse({
    type: "evaluate",
    model: "model_0000000000000001",
    modelName: "shapes",
    modelDigest: "0".repeat(64),
    modelSeed: 1,
    train: { id: "ds_0000000000000001", name: "shapes" },
    dataset: { id: "ds_0000000000000002", name: "shapes-test" },
    training: null,
    protocols: ["knn", "linear"],
    queries: 1000,
    bank: 1000,
    finetune: { ...SHORT_BUDGET, fractions: [0.1, 0.5], on: "h" },
    supervised: { ...budget, epochs: 1, limit: null },
    seed: 0,
    ...parts,
  });
}

/** What a model was trained on: the data set that is learned from, some of it held out. */
export function trainingOf(
  evaluate: { queries: number; bank: number } | null,
  limit: number | null = null,
): EvaluationSpec["training"] {
  return {
    dataset: "ds_0000000000000001",
    split: {
      limit,
      batchSize: 2,
      evaluate: evaluate === null ? null : { ...evaluate, protocols: ["knn"], every: null },
      seed: 1,
    },
    evaluationDataset: null,
  };
}
