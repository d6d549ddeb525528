/** Keeps the indices of the manifests that were used last. @module */
import type { BlobStore } from "../stores/blobs.ts";
import { ManifestIndex } from "./manifest_index.ts";

/** Memory for all indices together: some five million items. */
const MAX_BYTES = 64 * 2 ** 20;

/** Indices by id of the data set, the one used last at the end. */
export class ManifestCache {
  readonly #blobs: BlobStore;
  readonly #maxBytes: number;
  readonly #indices = new Map<string, Promise<ManifestIndex>>();
  readonly #sizes = new Map<string, number>();

  constructor(blobs: BlobStore, maxBytes: number = MAX_BYTES) {
    this.#blobs = blobs;
    this.#maxBytes = maxBytes;
  }

  /** The index, read if it is not there. @throws {NotFoundError} @throws {CorruptError} */
  async get(id: string): Promise<ManifestIndex> {
    const known = this.#indices.get(id);
    // Put at the end again; who asks while it is being read waits for the same reading.
    const index = known ?? ManifestIndex.load(this.#blobs, id);
    this.#indices.delete(id);
    this.#indices.set(id, index);
    try {
      const { bytes } = await index;
      if (this.#indices.get(id) === index) this.#sizes.set(id, bytes);
      this.#shrink(id);
      return await index;
    } catch (error) {
      if (this.#indices.get(id) === index) this.delete(id);
      throw error;
    }
  }

  delete(id: string): void {
    this.#indices.delete(id);
    this.#sizes.delete(id);
  }

  /** Forgets those that were not used for longest, but never the one in use. */
  #shrink(inUse: string): void {
    let total = 0;
    for (const bytes of this.#sizes.values()) total += bytes;
    for (const id of this.#indices.keys()) {
      if (total <= this.#maxBytes) return;
      const bytes = this.#sizes.get(id);
      if (id === inUse || bytes === undefined) continue;
      this.delete(id);
      total -= bytes;
    }
  }
}
