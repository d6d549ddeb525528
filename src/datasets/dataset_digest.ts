/** The content digest of a data set. @module */
import { createHash, type Hash } from "node:crypto";

/**
 * SHA-256 over the items in order: for each, a line of JSON of its name, label and content digest.
 * It does not depend on how the upload was packed, nor on how the items are stored.
 */
export class DatasetDigest {
  readonly #hash: Hash = createHash("sha256");

  add(item: { name: string; label: string | null; digest: string }): void {
    this.#hash.update(`${JSON.stringify([item.name, item.label, item.digest])}\n`);
  }

  /** Hex; ends the digest. */
  finish(): string {
    return this.#hash.digest("hex");
  }
}

/** SHA-256 of one item's bytes, hex. */
export function contentDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
