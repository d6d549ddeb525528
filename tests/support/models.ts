/** Models as rows, for tests that need one but not its weights. @module */
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
    notes: [],
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
