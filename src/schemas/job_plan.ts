/** What a job would take: what `POST /v1/jobs/plan` is asked and answers. @module */
import { z } from "zod";
import { TournamentRequest, TournamentSpec } from "./tournament.ts";
import { TrainRequest } from "./train.ts";

const bytes = z.int().min(0);

/** The body: what would be submitted. */
export const PlanRequest = z.discriminatedUnion("type", [TrainRequest, TournamentRequest])
  .meta({ id: "PlanRequest" });
export type PlanRequest = z.infer<typeof PlanRequest>;

/** Predictions for a job that has not been submitted. */
export const JobPlan = z.object({
  type: z.literal("train"),
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

/** Predictions for a tournament, whose entries train one after the other. */
export const TournamentPlan = z.object({
  type: z.literal("tournament"),
  entries: z.array(z.object({
    label: z.string(),
    plan: JobPlan.describe("What a training job of the entry would take"),
  })),
  leftOut: TournamentSpec.shape.leftOut,
  trainingSeconds: z.number().nullable()
    .describe("The steps of all entries together; null: a speed that counts is not known"),
  judgingSeconds: z.number().nullable().describe(
    "kNN and linear probes of every block, and of each model's card: worked out from the network " +
      "and the speed of the steps, so less sure than the rest; null: no speed is known",
  ),
  seconds: z.number().nullable().describe("Training and judging, without loading"),
  heapBytes: bytes.describe("That of the entry that needs most: they train one after the other"),
  heapLimitBytes: JobPlan.shape.heapLimitBytes,
  totalBytes: bytes.describe("All replicas' heaps and the images, of the entry that needs most"),
  warnings: z.array(z.string()).describe("What will work, but perhaps not as meant; of whom"),
}).meta({ id: "TournamentPlan" });
export type TournamentPlan = z.infer<typeof TournamentPlan>;

/** The answer, of the type that was asked for. */
export const Plan = z.discriminatedUnion("type", [JobPlan, TournamentPlan]).meta({ id: "Plan" });
export type Plan = z.infer<typeof Plan>;
