/**
 * Settling: what becomes of a job, and of what it has stored, once its run has ended.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { AlikeError, InternalError } from "../errors.ts";
import { jobFile } from "../protocol/job_files.ts";
import type { EvaluationEnd, TrainEnd } from "../protocol/trainer_protocol.ts";
import type { Job, TournamentJob, TrainJob } from "../schemas/job.ts";
import type { Model } from "../schemas/model.ts";
import type { TournamentStanding } from "../schemas/tournament.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { CollectionStore } from "../stores/collection_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import type { VectorStore } from "../stores/vector_store.ts";
import type { JobQueue } from "./job_queue.ts";
import { entryModelId, modelIdOf } from "./model_ids.ts";
import { findById, registerModel } from "./register_model.ts";
import type { TournamentEnd } from "./tournament_run.ts";
import type { BrokenOff } from "./training_run.ts";

/** Why a run was to end before it was done. */
export type Intent =
  | "pause"
  | "cancel"
  /** The service stops. */
  | "shutdown"
  /** Another process has the job. */
  | "lost";

/** Where it is written down. */
export interface SettleContext {
  queue: JobQueue;
  models: Pick<ModelStore, "insert" | "resolve" | "setAlias" | "addEvaluation">;
  blobs: Pick<BlobStore, "delete" | "deleteAll">;
  indexing: {
    collections: Pick<CollectionStore, "swap">;
    vectors: Pick<VectorStore, "drop">;
  };
  clock: Clock;
}

/** The alias that newly trained models get. */
const DEFAULT_ALIAS = "default";

/** How a job's run ended. */
export type RunEnd =
  | TrainEnd
  | EvaluationEnd
  | TournamentEnd
  /** Its vectors are in the vector store, but nothing points to them yet. */
  | { type: "indexed" }
  | BrokenOff;

/**
 * Gives a job its next state.
 *
 * @param intent What was asked of it while it ran.
 */
export async function settleJob(
  job: Job,
  end: RunEnd,
  intent: Intent | undefined,
  context: SettleContext,
): Promise<void> {
  const { queue } = context;
  // Its last checkpoint is as good as it gets, whether it could save another one or not.
  const stopped = end.type === "stopped" || end.type === "interrupted";
  const gotOn = { attempt: 0 };
  if (intent === "lost") return;
  if (intent === "cancel") {
    await clear(job, context);
    await queue.move(job.id, ["running"], "cancelled");
  } else if (intent === "pause" && stopped) {
    await queue.move(job.id, ["running"], "paused", { patch: gotOn });
  } else if (intent === "shutdown" && stopped) {
    const reason = "the service stopped";
    await queue.move(job.id, ["running"], "queued", { reason, patch: gotOn });
  } else {
    await settleByEnd(job, end, context);
  }
}

async function settleByEnd(job: Job, end: RunEnd, context: SettleContext): Promise<void> {
  const { queue } = context;
  switch (end.type) {
    case "finished":
    case "evaluated":
    case "indexed":
    case "ranked":
      try {
        await finish(job, end, context);
      } catch (error) {
        // A store that is away will be back: then the job goes on from its checkpoint.
        if (!(error instanceof AlikeError) || error.code === "unavailable") throw error;
        await queue.fail(job.id, error);
      }
      return;
    case "interrupted":
      await queue.retry(job, end.error);
      return;
    case "failed":
      await queue.fail(job.id, end.error);
      return;
    case "stopped":
      await queue.fail(job.id, new InternalError("Cannot go on: the trainer stopped by itself"));
      return;
    default:
      end satisfies never;
  }
}

/** Puts what came out where it belongs. */
async function finish(
  job: Job,
  end: Extract<RunEnd, { type: "finished" | "evaluated" | "indexed" | "ranked" }>,
  context: SettleContext,
): Promise<void> {
  if (job.type === "train" && end.type === "finished") {
    const made = { name: job.spec.name, job: job.id };
    await succeed(job, await registerModel(end.model, made, context), context);
  } else if (job.type === "tournament" && end.type === "ranked") {
    await crown(job, end.standing, context);
  } else if (job.type === "evaluate" && end.type === "evaluated") {
    const { queue, models, clock } = context;
    const createdAt = new Date(clock.now()).toISOString();
    const { model } = job.spec;
    await models.addEvaluation(model, { ...end.report, job: job.id, createdAt });
    await queue.move(job.id, ["running"], "succeeded", { patch: { model } });
  } else if (job.type === "index" && end.type === "indexed") {
    const { queue, indexing } = context;
    const { collection, space, model, modelDigest: digest, dimensions } = job.spec;
    const before = await indexing.collections.swap(collection, job.id, {
      space,
      model,
      digest,
      dimensions,
    });
    await queue.move(job.id, ["running"], "succeeded", { patch: { model } });
    // Should this fail, the next start finds it without a collection.
    if (before !== null) await indexing.vectors.drop(before);
  } else {
    throw new InternalError(`Cannot end the job: to ${job.type} it was ${end.type}`);
  }
}

/** Ends a job whose model is known. */
export async function succeed(job: TrainJob, model: Model, context: SettleContext): Promise<void> {
  const { queue, models, blobs } = context;
  if (job.spec.promote) await models.setAlias(DEFAULT_ALIAS, model.id);
  // Its last checkpoint stays, to be extended from.
  await blobs.delete(jobFile(job.id, "healthy"));
  await queue.move(job.id, ["running"], "succeeded", {
    patch: { model: model.id },
    events: [{ type: "model", data: { model: model.id, digest: model.digest } }],
  });
}

/** Ends a tournament; its models are known already. */
async function crown(
  job: TournamentJob,
  { recommended, served }: TournamentStanding,
  { queue, models }: SettleContext,
): Promise<void> {
  const model = served ?? recommended!.model;
  if (served !== null) await models.setAlias(DEFAULT_ALIAS, served);
  await queue.move(job.id, ["running"], "succeeded", { patch: { model } });
}

/** What a job that was called off leaves behind, but for the models it has made. */
async function clear(job: Job, { blobs, models, indexing }: SettleContext): Promise<void> {
  await blobs.delete(jobFile(job.id, "healthy"));
  if (job.type === "index") await indexing.vectors.drop(job.spec.space);
  if (job.type !== "tournament") {
    await blobs.deleteAll(`models/${modelIdOf(job)}`);
    return;
  }
  for (const entry of job.spec.entries.keys()) {
    const id = entryModelId(job.id, entry);
    if (await findById(id, models) === undefined) await blobs.deleteAll(`models/${id}`);
  }
}

/** The model that a job has made already, if it was interrupted just before its end. */
export async function modelOf(
  job: Job,
  models: Pick<ModelStore, "resolve">,
): Promise<Model | undefined> {
  return await findById(modelIdOf(job), models);
}
