/**
 * Blob store: bytes by key. The contract above `file_blobs.ts` (and S3, later).
 *
 * Keys are relative paths with `/`, of `[A-Za-z0-9._-]` segments that are not `.` or `..`. No key
 * may be the folder of another.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";

/**
 * Bytes by key.
 *
 * @throws {InvalidError} From any method, for a key (or prefix) that is none.
 * @throws {UnavailableError} From any method, when the store cannot be reached or has no room.
 */
export interface BlobStore {
  /** Where it is, to be opened again in a worker by `openBlobs`. */
  readonly url: string;
  /**
   * Stores bytes whole or not at all: readers see the old value or the new one, also after a
   * crash. A stream that fails leaves nothing behind.
   *
   * @returns How many bytes were stored.
   * @throws {ConflictError} If the key is the folder of another one, or has another one as folder.
   */
  put(key: string, data: Uint8Array | ReadableStream<Uint8Array>): Promise<number>;
  /** @throws {NotFoundError} */
  get(key: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads a part.
   *
   * @throws {NotFoundError} @throws {CorruptError} if the blob is shorter than that.
   */
  getRange(key: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The size in bytes, or undefined where there is no such blob. */
  size(key: string): Promise<number | undefined>;
  /** Keys that begin with `prefix` followed by `/`, in no particular order. */
  list(prefix: string): AsyncIterable<string>;
  /** Deletes one blob; no error where there is none. */
  delete(key: string): Promise<void>;
  /** Deletes every blob under `prefix/`. */
  deleteAll(prefix: string): Promise<void>;
  /**
   * Deletes what is left of puts that a crash ended. Only for a start, before anything writes: a
   * put under way would lose its bytes.
   */
  deleteUnfinished(): Promise<void>;
}

/** Longest key: what a segment and a path may be in common file systems and in S3. */
const MAX_SEGMENT = 200;
const MAX_KEY = 900;

/**
 * The key, if it is one.
 *
 * @throws {InvalidError} If it is not: every store refuses the same keys.
 */
export function checkKey(key: string): string {
  const good = key.length <= MAX_KEY &&
    key.split("/").every((segment) =>
      /^[A-Za-z0-9._-]+$/.test(segment) && segment.length <= MAX_SEGMENT &&
      segment !== "." && segment !== ".."
    );
  if (!good) {
    throw new InvalidError(`Cannot use the blob key: not a plain path, ${key.slice(0, 200)}`, {
      errors: [{
        path: "key",
        rule: "must be segments of letters, digits, '.', '_' and '-' joined by '/'",
        value: key.slice(0, 200),
      }],
    });
  }
  return key;
}
