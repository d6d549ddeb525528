/** What a request for a job means: its type with its spec. @module */
import type { Job, JobRequest } from "../schemas/job.ts";
import type { JobStore } from "../stores/job_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import type { Indexing } from "./index_run.ts";
import { resolveEvaluation } from "./resolve_evaluation.ts";
import { resolveIndex } from "./resolve_index.ts";
import { resolveTournament } from "./resolve_tournament.ts";
import { type ResolveContext, resolveTrain } from "./resolve_train.ts";

/** A job's type with its spec. */
export type ResolvedJob = Job extends infer Each
  ? Each extends Job ? Pick<Each, "type" | "spec"> : never
  : never;

/** What {@linkcode resolveJob} needs beside the request. */
export interface JobContext extends ResolveContext {
  models: ModelStore;
  jobs: JobStore;
  indexing: Pick<Indexing, "collections">;
}

/**
 * Fills in every default and checks the request against what there is.
 *
 * @param id The id that the job will have.
 * @throws {NotFoundError} If a data set or model does not exist.
 * @throws {InvalidError} With every fault.
 */
export async function resolveJob(
  request: JobRequest,
  id: string,
  context: JobContext,
): Promise<ResolvedJob> {
  switch (request.type) {
    case "train":
      return { type: "train", spec: (await resolveTrain(request, context)).spec };
    case "evaluate":
      return { type: "evaluate", spec: await resolveEvaluation(request, context) };
    case "index": {
      const { collections } = context.indexing;
      return { type: "index", spec: await resolveIndex(request, id, { ...context, collections }) };
    }
    case "tournament":
      return { type: "tournament", spec: (await resolveTournament(request, context)).spec };
    default:
      return request satisfies never;
  }
}
