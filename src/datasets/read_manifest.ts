/** Reads a manifest, item by item, without holding all of it. @module */
import { z } from "zod";
import { CorruptError, NotFoundError } from "../errors.ts";
import { DatasetItem } from "../schemas/dataset.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { manifestKey } from "./dataset_blobs.ts";
import { readLines } from "./read_lines.ts";

/** An item and where its line is in the manifest. */
export interface ManifestEntry {
  item: DatasetItem;
  /** First byte of its line. */
  start: number;
  /** One past its newline. */
  end: number;
}

/** Readers keep digests as bytes, so here they must be hex. */
const ManifestItem = DatasetItem.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) });

const CHUNK_BYTES = 2 ** 20;

/**
 * The items of a data set, in order.
 *
 * @throws {NotFoundError} If there is no such data set. @throws {CorruptError} If a line is no
 * item, or not the one that comes next.
 */
export async function* readManifest(
  blobs: BlobStore,
  id: string,
): AsyncGenerator<ManifestEntry> {
  const key = manifestKey(id);
  const size = await blobs.size(key);
  if (size === undefined) throw new NotFoundError(`Cannot open the data set: no such id, ${id}`);
  let index = 0;
  for await (const { text, start, end } of readLines(chunks(blobs, key, size))) {
    const item = parseItem(text, id);
    if (item.index !== index++) {
      throw new CorruptError(
        `Cannot read the manifest: item ${item.index} is in place ${index - 1}, ${id}`,
      );
    }
    yield { item, start, end };
  }
}

/** A line of the manifest as an item. @throws {CorruptError} */
export function parseItem(line: string, id: string): DatasetItem {
  try {
    return ManifestItem.parse(JSON.parse(line));
  } catch (cause) {
    throw new CorruptError(`Cannot read the manifest: a line is no item, ${id}`, { cause });
  }
}

async function* chunks(
  blobs: BlobStore,
  key: string,
  size: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    yield await blobs.getRange(key, at, Math.min(CHUNK_BYTES, size - at));
  }
}
