/** The training run that `bench:train` measures: SimCLR on CIFAR-10, as in bench/pytorch. @module */
import { recipePreset } from "../../src/schemas/recipe_presets.ts";
import { TrainSpec } from "../../src/schemas/train.ts";

/** CIFAR ResNet-8 of width 16, NT-Xent at 0.5, Adam. */
export function benchSpec({ batchSize, steps }: { batchSize: number; steps: number }): TrainSpec {
  return TrainSpec.parse({
    type: "train",
    name: "bench",
    dataset: "ds_0000000000000000",
    datasetName: "cifar10",
    evaluationDataset: null,
    objectives: [{
      spec: {
        name: "simclr",
        temperature: 0.5,
        projectionHidden: 128,
        projectionDimension: 64,
      },
      weight: 1,
    }],
    encoder: { name: "resnet8", width: 16 },
    preprocessing: { size: 32, channels: 3, mean: 0.5, standardDeviation: 0.25 },
    recipe: recipePreset("simclr-cifar"),
    batchSize,
    budget: { steps },
    limit: null,
    evaluate: null,
    seed: 0,
    checkpointSeconds: 3600,
    promote: false,
  });
}
