/** Item source: where the loader gets originals from, whatever stores them. @module */

/** The originals of a data set, read by index. */
export interface ItemSource {
  /** How many items there are. */
  readonly count: number;
  /** The data set's content digest: the key of anything derived from it. */
  readonly digest: string;
  /** The item's label, or null. */
  label(index: number): string | null;
  /** SHA-256 of the item's bytes, hex. */
  itemDigest(index: number): string;
  /** Names of items, for people; a source without names leaves it out. */
  names?(indices: readonly number[]): Promise<string[]>;
  /** The original bytes and their media type. */
  read(index: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; mediaType: string }>;
}
