/**
 * The ids of the models that jobs make: the same for every attempt, so that none leaves weights that
 * no one knows.
 *
 * @module
 */
import type { Job } from "../schemas/job.ts";

/** The id of the model that a job makes, counted up by one for each time the job was extended. */
export function modelIdOf({ id, spec }: Pick<Job, "id" | "spec">): string {
  return numbered(id, spec.type === "train" ? spec.extensions.length : 0);
}

/** The id of the model that a tournament's entry makes. */
export function entryModelId(job: string, entry: number): string {
  return numbered(job, entry);
}

/** The id of the model that serves the block that a tournament of so many entries recommends. */
export function servedModelId(job: string, entries: number): string {
  return numbered(job, entries);
}

function numbered(job: string, number: number): string {
  const own = BigInt(`0x${job.replace(/^job_/, "")}`) + BigInt(number);
  return `model_${BigInt.asUintN(64, own).toString(16).padStart(16, "0")}`;
}
