/** Models as rows, for tests that need one but not its weights. @module */
import type { EvaluationReport } from "../../src/schemas/evaluation.ts";
import type { Model, ModelCard, ModelSpec } from "../../src/schemas/model.ts";
import type { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";

/** A card with plausible figures. */
export function fakeCard(): ModelCard {
  return {
    dataset: { id: "ds_0000000000000001", name: "digits", digest: "d".repeat(64), used: 100 },
    recipe: recipePreset("simclr-gray"),
    batchSize: 16,
    seed: 0,
    steps: 10,
    epochs: 1,
    seconds: 1,
    viewsPerSecond: 100,
    backend: "wasm",
    parameters: 1000,
    final: { loss: 1 },
    heads: {},
    evaluation: null,
    linear: null,
    frozen: null,
    notes: [],
  };
}

/** What an evaluation found out, but for whose it is; `queries` answers with a few right. */
export function fakeReport(): Omit<EvaluationReport, "job" | "createdAt"> {
  const score = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 });
  const digest = "e".repeat(64);
  const classes = ["cat", "<dog>"].map((label) => ({
    label,
    items: 5,
    recall: 0.8,
    precision: 0.8,
  }));
  return {
    seconds: 2,
    backend: "wasm (none)",
    seed: 0,
    train: { id: "ds_0000000000000001", name: "digits", digest: "d".repeat(64), items: 100 },
    dataset: { id: "ds_0000000000000002", name: "test", digest: "f".repeat(64), items: 10 },
    results: [{
      kind: "knn",
      k: 200,
      temperature: 0.1,
      bank: 100,
      queries: 10,
      classes: 2,
      trained: score(0.8),
      untrained: score(0.6),
      pixels: score(0.5),
      gain: score(0.2),
      verdict: "Training clearly helped.",
      confusion: { classes, matrix: [[4, 1], [1, 4]], otherLabels: 0 },
    }],
    frozen: { before: digest, after: digest },
    notes: ["1 items to judge were left out: a & b."],
  };
}

/** How the model is used; h has `dimensions` numbers. */
export function fakeModelSpec(dimensions = 4, objectives?: ObjectiveSpec[]): ModelSpec {
  return {
    encoder: { name: "small_conv", width: 4 },
    preprocessing: { size: 8, channels: 1, mean: 0.5, standardDeviation: 0.25 },
    dimensions,
    objectives: objectives ??
      [{ name: "simclr", temperature: 0.5, projectionHidden: 16, projectionDimension: 8 }],
  };
}

/** A model of that number. */
export function fakeModel(number: number, objectives?: ObjectiveSpec[]): Model {
  return {
    id: `model_${number.toString(16).padStart(16, "0")}`,
    name: `model-${number}`,
    digest: number.toString(16).padStart(64, "0"),
    spec: fakeModelSpec(4, objectives),
    card: fakeCard(),
    bytes: 1000,
    job: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}
