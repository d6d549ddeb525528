/**
 * Sweep: deletes blobs that no row knows, at a start. A crash in the middle of an import, of saving
 * a model, or between deleting a row and its blobs leaves them behind; the order of writes (blobs,
 * then row) makes them harmless until then.
 *
 * @module
 */
import type { BlobStore } from "./blobs.ts";

/** For each top folder (`datasets`, `models`) the ids that have rows. */
export type KnownIds = Record<string, ReadonlySet<string>>;

/**
 * Deletes every `folder/id/` whose id is not known, and what unfinished writes left. Only before
 * anything writes.
 *
 * @returns The prefixes that were deleted: `datasets/ds_…`.
 */
export async function sweep(blobs: BlobStore, known: KnownIds): Promise<string[]> {
  await blobs.deleteUnfinished();
  const orphans = new Set<string>();
  for (const [folder, ids] of Object.entries(known)) {
    for await (const key of blobs.list(folder)) {
      const [, id, rest] = key.split("/", 3);
      if (id !== undefined && rest !== undefined && !ids.has(id)) orphans.add(`${folder}/${id}`);
    }
  }
  for (const prefix of orphans) await blobs.deleteAll(prefix);
  return [...orphans].sort();
}
