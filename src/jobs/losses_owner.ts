/** Whose losses are meant: a job's own, or those of an entry of a tournament. @module */
import { InvalidError } from "../errors.ts";
import { entryJob } from "../protocol/job_files.ts";
import type { Job } from "../schemas/job.ts";

/**
 * As what it keeps its files.
 *
 * @throws {InvalidError} If the entry is one of no tournament, or is left out of one.
 */
export function lossesOwner({ id, spec }: Pick<Job, "id" | "spec">, entry?: number): string {
  const refuse = (rule: string) => {
    throw new InvalidError(
      `Cannot show the losses: entry ${rule}${entry === undefined ? "" : `, ${entry}`}`,
      {
        errors: [{ path: "entry", rule, value: entry ?? null }],
      },
    );
  };
  if (spec.type !== "tournament") {
    return entry === undefined ? id : refuse("must be left out: the job is no tournament");
  }
  const last = spec.entries.length - 1;
  if (entry === undefined) return refuse(`must be given: the tournament has entries 0 to ${last}`);
  if (entry > last) return refuse(`must be 0 to ${last}: so many entries the tournament has`);
  return entryJob(id, entry);
}
