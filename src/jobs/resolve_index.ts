/** Resolves a request to embed a collection: with which model, from what, to where. @module */
import { ConflictError, NotFoundError } from "../errors.ts";
import type { IndexRequest, IndexSpec } from "../schemas/index_job.ts";
import type { CollectionStore } from "../stores/collection_store.ts";
import type { JobStore } from "../stores/job_store.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { hasEnded } from "./job_states.ts";
import { findModel } from "./find_model.ts";

/** What {@linkcode resolveIndex} needs beside the request. */
export interface IndexContext {
  collections: Pick<CollectionStore, "get" | "claim">;
  models: Pick<ModelStore, "resolve">;
  jobs: Pick<JobStore, "get">;
}

/**
 * What the request means; from now on the collection is the job's.
 *
 * @param job The id the job will have.
 * @throws {NotFoundError} @throws {ConflictError} While another job embeds the collection.
 */
export async function resolveIndex(
  request: IndexRequest,
  job: string,
  { collections, models, jobs }: IndexContext,
): Promise<IndexSpec> {
  const collection = await collections.get(request.collection);
  const model = await findModel(models, request.model);
  if (collection.job !== null) {
    const before = await jobs.get(collection.job).catch((error) => {
      // The process ended before the job was queued.
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
    if (before !== undefined && !hasEnded(before.state)) {
      throw new ConflictError(
        `Cannot embed the collection: job ${before.id} does so and is ${before.state}`,
        {
          errors: [{
            path: "collection",
            rule: "must not have an index job that has not ended",
            value: request.collection,
          }],
        },
      );
    }
  }
  await collections.claim(collection.name, collection.job, job);
  return {
    type: "index",
    collection: collection.name,
    dataset: collection.dataset,
    model: model.id,
    modelName: model.name,
    modelDigest: model.digest,
    dimensions: model.spec.dimensions,
    space: crypto.getRandomValues(new Uint8Array(8)).toHex(),
    from: collection.serving?.space ?? null,
  };
}
