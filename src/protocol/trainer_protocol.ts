/** What the main thread and a trainer worker say to each other. One worker runs one job. @module */
import type { VerdictChange } from "../schemas/health.ts";
import type { EvaluationSpec } from "../schemas/evaluate.ts";
import type { EvaluationReport, EvaluationSummary } from "../schemas/evaluation.ts";
import type { JobProgress } from "../schemas/job.ts";
import type { Recommendation, TournamentSpec, TournamentTable } from "../schemas/tournament.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { BackendInfo, LogMessage } from "./protocol.ts";
import type { StoredModel } from "./stored_model.ts";

/** The kind of worker, said in the handshake. */
export const TRAINER = "trainer";

/** How a run ended that did not fail. */
export type TrainEnd =
  /** Its model is in the blob store, but no one knows of it yet. */
  | { type: "finished"; model: StoredModel }
  /** It was told to stop; its checkpoint is in the blob store. */
  | { type: "stopped" };

/** How an evaluation ended that did not fail. */
export type EvaluationEnd =
  | { type: "evaluated"; report: Omit<EvaluationReport, "job" | "createdAt"> }
  /** It was told to stop; it will start anew. */
  | { type: "stopped" };

/** How the judgement of a tournament's entry ended that did not fail. */
export type JudgeEnd =
  | { type: "judged"; table: TournamentTable; recommended: Recommendation | null }
  /** It was told to stop; it will start anew. */
  | { type: "stopped" };

/** Main thread ⇄ trainer. */
export type TrainerProtocol = {
  init: {
    /** Of the blob store. */
    blobsUrl: string;
    backend: "auto" | "webgpu" | "wasm";
    maxPixels: number;
    /** Most replicas of a run, the trainer among them. */
    replicas: number;
    /** Gets the pixels of data sets that are more than memory should hold. */
    temporaryFolder: string;
  };
  ready: { backend: BackendInfo };
  calls: {
    /** Runs a job from its checkpoint, or from the start. */
    train: {
      request: {
        job: string;
        /** The id its model is to have. */
        model: string;
        spec: TrainSpec;
      };
      response: TrainEnd;
    };
    /** Times a step of a spec's batch on images of noise, seconds. */
    measure: { request: { spec: TrainSpec }; response: { seconds: number } };
    /** Judges a finished model, from the start. */
    evaluate: { request: { spec: EvaluationSpec }; response: EvaluationEnd };
    /** Judges a tournament's entry, whose model is stored, and ranks it among the others. */
    judge: {
      request: {
        job: string;
        spec: TournamentSpec;
        /** Which entry. */
        entry: number;
        /** Of each entry the id of its model, if it has one. */
        models: (string | null)[];
      };
      response: JudgeEnd;
    };
  };
  commands: {
    /** Save a checkpoint, then end. */
    stop: null;
  };
  events: {
    log: LogMessage;
    progress: JobProgress;
    /** A line for the job's own log, which its owner reads. */
    note: { level: "info" | "warn" | "error"; message: string };
    checkpoint: { step: number };
    verdict: VerdictChange;
    evaluation: EvaluationSummary;
  };
};
