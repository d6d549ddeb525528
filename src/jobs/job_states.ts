/** Which states a job cannot leave again. @module */
import type { JobState } from "../schemas/job.ts";

/** Whether nothing more will happen to a job in that state. */
export function hasEnded(state: JobState): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}
