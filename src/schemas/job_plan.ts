/** What a training job would take: the answer of `POST /v1/jobs/plan`. @module */
import { z } from "zod";

const bytes = z.int().min(0);

/** Predictions for a job that has not been submitted. */
export const JobPlan = z.object({
  batchSize: z.int().describe("Images a step"),
  chunkSize: z.int().nullable().describe("Most images in memory at a time; null: the whole batch"),
  replicas: z.int().describe("How many share each step's batch, one a core; 1 on a GPU"),
  stepsPerEpoch: z.int(),
  steps: z.int().nullable().describe("null: a run in minutes whose speed is not known"),
  epochs: z.number().nullable(),
  secondsPerStep: z.number().nullable()
    .describe(
      "Measured here in a short run of the same network; null: it took too long to measure",
    ),
  trainingSeconds: z.number().nullable()
    .describe("All steps together, without loading and evaluation"),
  heapBytes: bytes.describe("One replica's tensors and their heap at the peak of a step"),
  heapLimitBytes: bytes.nullable().describe("What a replica's heap can grow to; null: not known"),
  pixelBytes: bytes.describe("The decoded images, in memory once for all replicas"),
  totalBytes: bytes.describe("All replicas' heaps, and the images"),
  warnings: z.array(z.string()).describe("What will work, but perhaps not as meant"),
}).meta({ id: "JobPlan" });
export type JobPlan = z.infer<typeof JobPlan>;
