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

/** Whether a key is that of a job's losses. */
export function isLosses(key: string): boolean {
  return key.endsWith(`/${NAMES.losses}`);
}

/**
 * What an entry of a tournament trains as: a job within the job, with files of its own below the
 * job's.
 */
export function entryJob(job: string, entry: number): string {
  return `${job}/entries/${entry}`;
}

/** Where the entries of a tournament have their files. */
export function entriesFolder(job: string): string {
  return `jobs/${job}/entries`;
}

/** Which held-out items an entry's blocks had right; null: the untrained encoder's, and pixels. */
export function answersFile(job: string, entry: number | null): string {
  return `jobs/${job}/answers/${entry ?? "reference"}.json`;
}
