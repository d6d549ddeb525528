/** How a tournament stands: what it told last. @module */
import type { TournamentJob } from "../schemas/job.ts";
import type { TournamentStanding } from "../schemas/tournament.ts";
import type { JobStore } from "../stores/job_store.ts";

/** A copy of its own; of a tournament that has told nothing, that nothing is done. */
export async function standingOf(
  { id, spec }: Pick<TournamentJob, "id" | "spec">,
  jobs: Pick<JobStore, "lastEvent">,
): Promise<TournamentStanding> {
  const event = await jobs.lastEvent(id, "tournament");
  if (event?.type === "tournament") return structuredClone(event.data);
  return {
    entries: spec.entries.map(({ label }) => ({ label, model: null, judged: false, error: null })),
    table: null,
    recommended: null,
    served: null,
  };
}
