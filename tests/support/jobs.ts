/** Jobs as rows, for tests. @module */
import type { TrainJob } from "../../src/schemas/job.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import type { TrainSpec } from "../../src/schemas/train.ts";

/** A spec with nothing left to default; the name tells a fake trainer what to do. */
export function fakeSpec(name = "finish", steps = 20): TrainSpec {
  return {
    type: "train",
    name,
    dataset: "ds_0000000000000001",
    datasetName: "digits",
    evaluationDataset: null,
    objectives: [{ spec: { name: "rotation", rotations: 4 }, weight: 1 }],
    encoder: { name: "small_conv", width: 4 },
    preprocessing: { size: 8, channels: 1, mean: 0.5, standardDeviation: 0.25 },
    recipe: recipePreset("rotation"),
    batchSize: 2,
    chunkSize: null,
    budget: { steps },
    limit: null,
    evaluate: null,
    seed: 0,
    checkpointSeconds: 30,
    promote: true,
    autoStop: null,
    extensions: [],
  };
}

/** A job that has just been queued. */
export function fakeJob(number = 1, spec: TrainSpec = fakeSpec()): TrainJob {
  return {
    id: `job_${number.toString(16).padStart(16, "0")}`,
    type: "train",
    state: "queued",
    spec,
    attempt: 0,
    progress: null,
    error: null,
    model: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    startedAt: null,
    finishedAt: null,
  };
}
