/** Where the parts of a data set are in the blob store. @module */

/** The prefix of everything that belongs to a data set. */
export function datasetPrefix(id: string): string {
  return `datasets/${id}`;
}

/** The items, one JSON line each, in order. */
export function manifestKey(id: string): string {
  return `${datasetPrefix(id)}/manifest.jsonl`;
}

/** A tar archive of originals. */
export function shardKey(id: string, shard: number): string {
  return `${datasetPrefix(id)}/shard-${String(shard).padStart(5, "0")}.tar`;
}
