/**
 * Checkpoint retention: jobs that have ended keep their checkpoints, so that they can be extended;
 * of very many jobs, only the ones that ended last.
 *
 * @module
 */
import { NotFoundError } from "../errors.ts";
import { entriesFolder, isLosses, jobFile } from "../protocol/job_files.ts";
import type { Job } from "../schemas/job.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { JobStore } from "../stores/job_store.ts";
import { hasEnded } from "./job_states.ts";

/**
 * Deletes the checkpoints of all but the `keep` jobs that ended last. What jobs that have not ended
 * go on from is never touched, nor are losses, which are small. A tournament cannot be extended: of
 * one that has ended, what its entries went on from is deleted, their losses stay too.
 */
export async function dropOldCheckpoints(
  keep: number,
  { jobs, blobs }: {
    jobs: Pick<JobStore, "get">;
    blobs: Pick<BlobStore, "list" | "delete">;
  },
): Promise<void> {
  const ids = new Set<string>();
  const ofEntries = new Map<string, string[]>();
  for await (const key of blobs.list("jobs")) {
    const id = key.split("/", 2)[1]!;
    if (key === jobFile(id, "checkpoint")) ids.add(id);
    else if (key.startsWith(`${entriesFolder(id)}/`) && !isLosses(key)) {
      ofEntries.set(id, [...ofEntries.get(id) ?? [], key]);
    }
  }
  for (const [id, keys] of ofEntries) {
    const job = await find(jobs, id);
    if (job === undefined || !hasEnded(job.state)) continue;
    for (const key of keys) await blobs.delete(key);
  }
  if (ids.size <= keep) return;
  const ended: Job[] = [];
  for (const id of ids) {
    const job = await find(jobs, id);
    if (job !== undefined && hasEnded(job.state)) ended.push(job);
  }
  ended.sort((a, b) => (a.finishedAt ?? "") < (b.finishedAt ?? "") ? 1 : -1);
  for (const { id } of ended.slice(keep)) {
    await blobs.delete(jobFile(id, "checkpoint"));
    await blobs.delete(jobFile(id, "healthy"));
  }
}

async function find(jobs: Pick<JobStore, "get">, id: string): Promise<Job | undefined> {
  try {
    return await jobs.get(id);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
