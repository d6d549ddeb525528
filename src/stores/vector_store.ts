/**
 * Vector store: items with a vector each, and exact search among them. The contract above
 * `sqlite_vectors.ts` (and pgvector, later).
 *
 * Vectors live in spaces: all of one length, of one model. A collection points to the space that
 * answers for it, and a new one is filled beside it before it takes over.
 *
 * @module
 */
import type { CollectionItem } from "../schemas/collection.ts";
import type { Filter } from "../schemas/search.ts";

/** An item without its vector. */
export interface StoredItem extends CollectionItem {
  /** Where its original is, among the collection's blobs; null: in the data set. */
  blob: string | null;
}

/** An item with its vector, which has length 1. */
export interface VectorItem extends StoredItem {
  vector: Float32Array<ArrayBuffer>;
}

/** An item that was found, with its cosine similarity to the query. */
export interface Neighbour {
  item: StoredItem;
  score: number;
}

/** Which items, and how many. */
export interface SearchOptions {
  /** Most neighbours, at most 1001. */
  k: number;
  filter?: Filter;
}

/** Every item of a space, in order of their coming. */
export interface AllVectors {
  items: StoredItem[];
  /** Row-major, items × dimensions. */
  vectors: Float32Array<ArrayBuffer>;
  dimensions: number;
}

/**
 * Spaces of vectors. Acknowledged writes survive a crash.
 *
 * @throws {NotFoundError} From any method but `create`, `drop` and `spaces`, where there is no such
 * space. @throws {UnavailableError} When the store cannot be reached.
 */
export interface VectorStore {
  /**
   * Makes a space; nothing happens if it is there.
   *
   * @param space Letters and digits. @throws {ConflictError} If it is there with another length.
   */
  create(space: string, dimensions: number): Promise<void>;
  /** Deletes a space and all in it; nothing happens if it is not there. */
  drop(space: string): Promise<void>;
  /** Names of all spaces. */
  spaces(): Promise<string[]>;
  /**
   * Puts items in, all or none; one of the same id is replaced.
   *
   * @returns The items that were replaced. @throws {InvalidError} If a vector has another length.
   */
  upsert(space: string, items: readonly VectorItem[]): Promise<StoredItem[]>;
  /** Takes items out. @returns Those that were there. */
  remove(space: string, ids: readonly string[]): Promise<StoredItem[]>;
  /** The items of these ids that are there, in any order. */
  get(space: string, ids: readonly string[]): Promise<VectorItem[]>;
  /** Items from `offset` in order of their coming, at most `limit`. */
  list(space: string, offset: number, limit: number): Promise<StoredItem[]>;
  count(space: string): Promise<number>;
  /**
   * The nearest items of each query by cosine, best first, exactly.
   *
   * @param queries Of length 1. @throws {InvalidError} If one has another number of dimensions.
   */
  search(
    space: string,
    queries: readonly Float32Array<ArrayBuffer>[],
    options: SearchOptions,
  ): Promise<Neighbour[][]>;
  /** Everything in a space. */
  all(space: string): Promise<AllVectors>;
  close(): Promise<void>;
}
