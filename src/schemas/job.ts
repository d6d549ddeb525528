/** Job: work that runs in the background and survives a crash. @module */
import { z } from "zod";
import { Health, VerdictChange } from "./health.ts";
import { EvaluationRequest, EvaluationSpec } from "./evaluate.ts";
import { EvaluationSummary } from "./evaluation.ts";
import { IndexRequest, IndexSpec } from "./index_job.ts";
import { JobState } from "./job_state.ts";
import { Id } from "./name.ts";
import { TournamentRequest, TournamentSpec, TournamentStanding } from "./tournament.ts";
import { TrainRequest, TrainSpec } from "./train.ts";

/** The body of `POST /v1/jobs`. */
export const JobRequest = z.discriminatedUnion("type", [
  TrainRequest,
  EvaluationRequest,
  IndexRequest,
  TournamentRequest,
])
  .meta({ id: "JobRequest" });
export type JobRequest = z.infer<typeof JobRequest>;

export { JobState };

/** How far a training job is. */
export const JobProgress = z.object({
  phase: z.enum(["loading", "training", "evaluating", "embedding", "saving"]),
  step: z.int(),
  /** Null while the length is a time and the speed is not yet known. */
  totalSteps: z.int().nullable(),
  epoch: z.number(),
  /** Share done, 0..1, of the whole job. */
  fraction: z.number(),
  secondsLeft: z.number().nullable(),
  viewsPerSecond: z.number(),
  learningRate: z.number(),
  /** loss, contrastiveAccuracy, …: means since the last report. */
  metrics: z.record(z.string(), z.number()),
  health: Health.optional(),
  entry: z.object({ label: z.string(), number: z.int(), of: z.int() }).optional().describe(
    "Of a tournament: the entry that the rest tells of, counted from 1; `fraction` is of all",
  ),
  memory: z.object({
    tensorBytes: z.int().describe("Of all tensors of the trainer"),
    heapBytes: z.int().nullable().describe("Of its WASM heap, which never shrinks; null on WebGPU"),
  }).optional().describe("While it trains"),
});
export type JobProgress = z.infer<typeof JobProgress>;

/** What every job has. */
const AnyJob = z.object({
  id: Id,
  state: JobState,
  attempt: z.int().describe("Starts since it last got on: a checkpoint or a pause counts anew"),
  progress: JobProgress.nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  model: z.string().nullable().describe("Id of the model that came out, was judged, or embedded"),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});

/** What the service says of a job: its type says what its spec is. */
export const Job = z.discriminatedUnion("type", [
  AnyJob.extend({ type: z.literal("train"), spec: TrainSpec }),
  AnyJob.extend({ type: z.literal("evaluate"), spec: EvaluationSpec }),
  AnyJob.extend({ type: z.literal("index"), spec: IndexSpec }),
  AnyJob.extend({ type: z.literal("tournament"), spec: TournamentSpec }),
]).meta({ id: "Job" });
export type Job = z.infer<typeof Job>;
/** A job that embeds. */
export type IndexJob = Extract<Job, { type: "index" }>;
/** A job that trains one entry after the other. */
export type TournamentJob = Extract<Job, { type: "tournament" }>;
/** A job that trains. */
export type TrainJob = Extract<Job, { type: "train" }>;
/** What there is to do, with nothing left to default. */
export type JobSpec = Job["spec"];

/** What happens to a job, in order; `id` counts from 1 within the job (SSE's event id). */
export const JobEvent = z.discriminatedUnion("type", [
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("state"),
    data: z.object({
      state: JobState,
      reason: z.string().optional(),
    }),
  }),
  z.object({ id: z.int(), time: z.iso.datetime(), type: z.literal("progress"), data: JobProgress }),
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("log"),
    data: z.object({
      level: z.enum(["info", "warn", "error"]),
      message: z.string(),
    }),
  }),
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("checkpoint"),
    data: z.object({
      step: z.int(),
    }),
  }),
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("verdict"),
    data: VerdictChange,
  }),
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("model"),
    data: z.object({
      model: z.string(),
      digest: z.string(),
    }),
  }),
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("evaluation"),
    data: EvaluationSummary,
  }),
  z.object({
    id: z.int(),
    time: z.iso.datetime(),
    type: z.literal("tournament"),
    data: TournamentStanding,
  }),
]).meta({
  id: "JobEvent",
  example: {
    id: 1,
    time: "2026-01-01T12:00:00.000Z",
    type: "state",
    data: { state: "running" },
  },
});
export type JobEvent = z.infer<typeof JobEvent>;
