/** The jobs there are. @module */
import type { Job } from "../../src/schemas/job.ts";
import { duration, moment } from "./format.ts";
import { Layout } from "./layout.tsx";

const MOOD: Record<Job["state"], string> = {
  queued: "",
  running: "",
  paused: "warn",
  succeeded: "good",
  failed: "bad",
  cancelled: "warn",
};

/** A job's state as a badge. */
export function StateBadge({ state }: { state: Job["state"] }) {
  return <span class={`badge ${MOOD[state]}`}>{state}</span>;
}

/** What a job is called. */
export function jobTitle({ spec }: Job): string {
  switch (spec.type) {
    case "train":
      return spec.name;
    case "tournament":
      return `${spec.name}, a tournament`;
    case "evaluate":
      return `${spec.modelName}, judged`;
    case "index":
      return `${spec.collection}, embedded`;
    default:
      return spec satisfies never;
  }
}

/** A line of a table of jobs. */
export function JobRow({ job }: { job: Job }) {
  const { progress } = job;
  return (
    <tr>
      <td>
        <a href={`/jobs/${job.id}`}>{jobTitle(job)}</a>
        <div class="soft small">{moment(job.createdAt)}</div>
      </td>
      <td>
        <StateBadge state={job.state} />
      </td>
      <td class="wide">
        {progress !== null && job.state === "running" && (
          <progress max="1" value={progress.fraction} aria-label="Done"></progress>
        )}
        {progress !== null && progress.secondsLeft !== null && job.state === "running" && (
          <span class="soft small">{`${duration(progress.secondsLeft)} left`}</span>
        )}
        {job.error !== null && <span class="bad small">{job.error.message}</span>}
      </td>
    </tr>
  );
}

/** All jobs, newest first. */
export function JobsPage({ jobs }: { jobs: Job[] }) {
  return (
    <Layout title="Jobs" section="jobs">
      <div class="head">
        <h1>Jobs</h1>
        <div class="actions">
          <a class="button" href="/jobs/new/tournament">New tournament</a>
          <a class="button primary" href="/jobs/new">New job</a>
        </div>
      </div>
      {jobs.length === 0
        ? <p class="soft">Nothing has been trained yet.</p>
        : (
          <div class="scroll" tabindex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Job</th>
                  <th scope="col">State</th>
                  <th scope="col">Progress</th>
                </tr>
              </thead>
              <tbody>{jobs.map((job) => <JobRow job={job} />)}</tbody>
            </table>
          </div>
        )}
    </Layout>
  );
}
