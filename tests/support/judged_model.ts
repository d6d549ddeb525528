/** A model whose card has everything a card can have, with CIFAR-10's classes. @module */
import type { Confusion, ProtocolResult, Score } from "../../src/schemas/evaluation.ts";
import type { JudgedModel } from "../../src/schemas/model.ts";
import { fakeModel, fakeReport } from "./models.ts";

const CLASSES = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "<truck>",
];

function score(value: number, half = 0.014): Score {
  return { value, low: value - half, high: value + half };
}

function confusion(): Confusion {
  const matrix = CLASSES.map((_, i) =>
    CLASSES.map((_, j) => i === j ? 260 + 7 * i : Math.max(1, 40 - 6 * Math.abs(i - j)))
  );
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return {
    classes: CLASSES.map((label, i) => ({
      label,
      items: sum(matrix[i]!),
      recall: matrix[i]![i]! / sum(matrix[i]!),
      precision: matrix[i]![i]! / sum(matrix.map((row) => row[i]!)),
    })),
    matrix,
    otherLabels: 3,
  };
}

const judged = { queries: 5003, classes: 10 };
const beside = {
  ...judged,
  trained: score(0.475),
  untrained: score(0.298),
  pixels: score(0.325),
  gain: score(0.15),
  verdict: "Training clearly helped: 15.0 points above raw pixels " +
    "(95 % interval 13.6 points to 16.4 points).",
  confusion: confusion(),
};
const fit = { l2: 0.01, iterations: 41, converged: true };
const budget = {
  steps: 800,
  batchSize: 64,
  learningRate: 2e-3,
  weightDecay: 5e-4,
  crop: 0.5,
  flip: 0.5,
  jitter: 0,
};
const knn = { kind: "knn" as const, k: 200, temperature: 0.1, bank: 10_000, ...beside };
const linear = {
  kind: "linear" as const,
  labels: 10_000,
  standardised: true as const,
  fits: { trained: fit, untrained: fit, pixels: { ...fit, converged: false } },
  ...beside,
};
const results: ProtocolResult[] = [knn, linear, {
  kind: "finetune",
  fraction: 0.01,
  labels: 500,
  budget,
  on: "h",
  unlabelled: null,
  ...judged,
  pretrained: score(0.475),
  scratch: score(0.427),
  gain: score(0.048),
  labelsAlone: null,
  verdict: "With 500 labels: 4.8 points above training from scratch " +
    "(95 % interval 3.4 points to 6.2 points).",
  confusion: confusion(),
}, {
  kind: "finetune",
  fraction: 0.1,
  labels: 5000,
  budget,
  on: "h",
  unlabelled: {
    items: 20_000,
    batchSize: 96,
    threshold: 0.7,
    weight: 1,
    crop: 0.3,
    jitter: 0.25,
    taken: { pretrained: 0.62, scratch: 0.41 },
  },
  ...judged,
  pretrained: score(0.675),
  scratch: score(0.627),
  gain: score(0.048),
  labelsAlone: { scratch: score(0.6), gain: score(0.075) },
  verdict: "With 5000 labels and 20000 items without: 4.8 points above training from scratch in " +
    "the same way (95 % interval 3.4 points to 6.2 points), 7.5 points above training from " +
    "scratch on the labels alone (95 % interval 6.1 points to 8.9 points).",
  confusion: confusion(),
}, {
  kind: "supervised",
  labels: 50_000,
  budget,
  ...judged,
  accuracy: score(0.8),
  gap: score(0.3),
  confusion: confusion(),
}];

/** The model; its name and a label look like markup. */
export function judgedModel(): JudgedModel {
  const model = fakeModel(7);
  return {
    ...model,
    name: "cifar-simclr-<b>",
    job: "job_0000000000000007",
    card: {
      ...model.card,
      evaluation: knn,
      linear,
      frozen: { before: "e".repeat(64), after: "e".repeat(64) },
      heads: { simclr: { loss: 4.21, contrastiveAccuracy: 0.61 } },
      notes: ['12 held-out items were left out: "same" bytes & more.'],
    },
    evaluations: [{
      ...fakeReport(),
      job: "job_0000000000000009",
      createdAt: "2026-01-02T00:00:00.000Z",
      results,
    }],
  };
}
