/** Small training runs for tests. @module */
import type { z } from "zod";
import type { ItemSource } from "../../src/data/item_source.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { TrainSpec } from "../../src/schemas/train.ts";
import type { BackendReport } from "../../src/tensor/backend.ts";
import { train, type TrainOptions } from "../../src/training/train.ts";
import type {
  CheckpointStore,
  RunFile,
  TrainEvent,
  TrainResult,
} from "../../src/training/train_event.ts";

/** A spec of 6 steps of 8 images of 16×16 with the smallest encoder, parts of it replaced. */
export function trainSpec(
  parts: Partial<z.input<typeof TrainSpec>> & { objective?: unknown } = {},
): TrainSpec {
  const { objective = { name: "simclr" }, ...rest } = parts;
  return TrainSpec.parse({
    type: "train",
    name: "test",
    dataset: "ds_0000000000000000",
    datasetName: "synthetic",
    evaluationDataset: null,
    objectives: [{ spec: ObjectiveSpec.parse(objective), weight: 1 }],
    encoder: { name: "small_conv", width: 4 },
    preprocessing: { size: 16, channels: 3 },
    recipe: recipePreset("simclr-cifar"),
    batchSize: 8,
    budget: { steps: 6 },
    limit: null,
    evaluate: null,
    seed: 1,
    checkpointSeconds: 3600,
    promote: false,
    ...rest,
  });
}

/** Checkpoints in memory. */
export class MemoryCheckpoints implements CheckpointStore {
  readonly files = new Map<RunFile, Uint8Array<ArrayBuffer>>();
  load(file: RunFile) {
    return Promise.resolve(this.files.get(file));
  }
  save(file: RunFile, bytes: Uint8Array) {
    this.files.set(file, bytes.slice());
    return Promise.resolve();
  }
}

/** What a run told and what came of it. */
export interface Outcome {
  events: TrainEvent[];
  result: TrainResult;
}

/** Runs to the end; `onEvent` sees each event before the run goes on. */
export async function runTraining(
  spec: TrainSpec,
  data: ItemSource,
  options: Partial<TrainOptions> = {},
  onEvent: (event: TrainEvent) => void = () => {},
): Promise<Outcome> {
  const backend: BackendReport = { name: "wasm", reason: "test", adapter: "test" };
  const generator = train({
    spec,
    data,
    evaluation: null,
    checkpoints: new MemoryCheckpoints(),
    backend,
    maxPixels: 1e6,
    signal: new AbortController().signal,
    ...options,
  });
  const events: TrainEvent[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
    onEvent(next.value);
  }
}
