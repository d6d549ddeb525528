/** What a run tells, as events of its job on record. @module */
import type { Job, JobProgress } from "../schemas/job.ts";
import type { JobPatch, NewJobEvent } from "../stores/job_store.ts";
import type { ProgressThrottle } from "./progress_throttle.ts";
import type { TournamentListeners } from "./tournament_run.ts";

/** What is known of a job that runs. */
interface Running {
  /** Set anew as it gets on. */
  job: Job;
  progress: Pick<ProgressThrottle<JobProgress>, "push" | "flush">;
}

/** Listeners that record what they hear. @param running The job; asked for once there is something. */
export function recordRun(
  running: () => Running,
  record: (event: NewJobEvent, patch?: JobPatch) => void,
): TournamentListeners {
  /** Records that it has got on: deaths before this do not count any more. */
  const recordGain = (event: NewJobEvent) => {
    const gaining = running();
    gaining.job = { ...gaining.job, attempt: 1 };
    record(event, { attempt: 1 });
  };
  let phase: JobProgress["phase"] | undefined;
  return {
    progress: (progress) => {
      const { progress: throttle } = running();
      // What it told last of a phase is not replaced by what it tells first of the next: of a short
      // run that would be all there is of its training.
      if (progress.phase !== phase) throttle.flush();
      phase = progress.phase;
      throttle.push(progress);
    },
    note: (data) => record({ type: "log", data }),
    verdict: (data) => record({ type: "verdict", data }),
    checkpoint: (data) => recordGain({ type: "checkpoint", data }),
    evaluation: (data) => record({ type: "evaluation", data }),
    model: (data) => record({ type: "model", data }),
    tournament: (data) => {
      // What it told last of an entry comes before how that has ended.
      running().progress.flush();
      recordGain({ type: "tournament", data });
    },
  };
}
