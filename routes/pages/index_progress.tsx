/** How far the job is that embeds a collection; `assets/follow_index.js` keeps it up to date. @module */
import type { Job } from "../../src/schemas/job.ts";
import { OPEN_STATES } from "../../src/schemas/job_state.ts";

/** Nothing once it has succeeded, or where there is none; why it did not, where it failed. */
export function IndexProgress({ job }: { job: Job | null }) {
  if (job === null || job.state === "succeeded") return null;
  if (!OPEN_STATES.includes(job.state)) {
    return (
      <p class="bad small">
        {job.state === "failed" ? "Its last job failed" : "Its last job was cancelled"}
        {job.error !== null && `: ${job.error.message}`} <a href={`/jobs/${job.id}`}>See the job</a>
      </p>
    );
  }
  return (
    <div data-indexing={job.id}>
      <progress max="1" value={job.progress?.fraction ?? 0} aria-label="Embedded"></progress>
      <p class="soft small">
        <span data-said>{job.state}</span> <a href={`/jobs/${job.id}`}>See the job</a>
      </p>
    </div>
  );
}
