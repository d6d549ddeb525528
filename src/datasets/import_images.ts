/**
 * Imports an upload of images, from its first byte to the sealed manifest:
 *
 * body → members (form, tar, zip, gzip) → items (images; idx and CIFAR-10 one by one; or clips) → checked by
 * decoding them → shards → manifest.
 *
 * All of it streams: memory holds the images being checked, one megabyte on its way to the shard,
 * and the names.
 *
 * @module
 */
import type { PixelBudget } from "../images/pixel_budget.ts";
import { checkItems } from "./check_items.ts";
import { type DatasetContents, DatasetWriter } from "./dataset_writer.ts";
import { groupClips } from "./group_clips.ts";
import type { DatasetLimits } from "./limits.ts";
import { ExpansionMeter } from "./member.ts";
import { ItemReader } from "./read_items.ts";
import { readMembers } from "./read_members.ts";
import { TemporaryFile } from "./temporary_file.ts";
import { UploadBody } from "./upload_body.ts";
import type { DatasetKind } from "../schemas/dataset.ts";
import type { BlobStore } from "../stores/blobs.ts";

/** What {@linkcode importImages} takes. */
export interface ImportOptions {
  /** Id of the data set. */
  id: string;
  kind: DatasetKind;
  body: ReadableStream<Uint8Array>;
  contentType: string | undefined;
  signal?: AbortSignal | undefined;
  blobs: BlobStore;
  limits: DatasetLimits;
  budget: PixelBudget;
  temporaryFolder?: string | undefined;
}

/**
 * Writes the blobs of a data set. If it throws, some of them may have been written: the caller
 * deletes them.
 *
 * @throws {InvalidError} @throws {TooLargeError} @throws {UnsupportedError} @throws {CorruptError}
 * What is wrong with the upload. @throws {CancelledError} @throws {TimeoutError} If it breaks off.
 */
export async function importImages(options: ImportOptions): Promise<DatasetContents> {
  const { id, kind, blobs, limits, budget, contentType, signal, temporaryFolder } = options;
  const { maxBytes, maxPixels, idleMs } = limits;
  const body = new UploadBody(options.body, { maxBytes, idleMs, signal });
  try {
    await using spool = await TemporaryFile.create(temporaryFolder);
    const writer = new DatasetWriter({ id, blobs, limits, spool });
    const meter = new ExpansionMeter(maxBytes);
    const reader = new ItemReader(limits, meter);
    try {
      const files = reader.read(readMembers(body, { contentType, meter, temporaryFolder }));
      const found = kind === "clip" ? groupClips(files, { maxBytes: limits.maxItemBytes }) : files;
      for await (const checked of checkItems(found, { maxPixels, budget })) {
        if (checked.type === "item") await writer.add(checked.item);
        else writer.skip(checked.name, checked.reason);
      }
      const { labels, unused } = reader.idx.resolve();
      for (const { name, reason } of unused) writer.skip(name, reason);
      const contents = await writer.seal({ idx: labels, cifar: reader.cifarNames });
      // The client may have gone after its last byte.
      if (body.failure !== undefined) throw body.failure;
      return contents;
    } catch (error) {
      await writer.abort(error);
      throw error;
    }
  } finally {
    await body.cancel();
  }
}
