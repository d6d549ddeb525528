/** What a training job keeps in the blob store, under `jobs/<id>/`. @module */

/** The checkpoint to go on from, the last healthy one if another, the loss of every step. */
export type JobFile = "checkpoint" | "healthy" | "losses";

const NAMES = {
  checkpoint: "checkpoint.safetensors",
  healthy: "healthy.safetensors",
  losses: "losses.f32",
} as const;

/** The key of a job's blob. */
export function jobFile(job: string, file: JobFile): string {
  return `jobs/${job}/${NAMES[file]}`;
}
