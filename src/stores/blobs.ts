/**
 * Blob store: bytes by key. The contract above `file_blobs.ts` (and S3, later).
 *
 * Keys are relative paths with `/`, of `[A-Za-z0-9._-]` segments that are not `.` or `..`.
 *
 * @module
 */

/** Bytes by key. */
export interface BlobStore {
  /** Where it is, to be opened again in a worker by `openBlobs`. */
  readonly url: string;
  /**
   * Stores bytes whole or not at all: readers see the old value or the new one, also after a
   * crash. A stream that fails leaves nothing behind.
   *
   * @returns How many bytes were stored.
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
}
