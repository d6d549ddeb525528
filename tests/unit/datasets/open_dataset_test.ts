import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { manifestKey, shardKey } from "../../../src/datasets/dataset_blobs.ts";
import { contentDigest } from "../../../src/datasets/dataset_digest.ts";
import { openDataset } from "../../../src/datasets/open_dataset.ts";
import { ShardWriter } from "../../../src/datasets/shard_writer.ts";
import { CorruptError, NotFoundError } from "../../../src/errors.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { makePixels } from "../../support/make_image.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

/** Writes items of those lengths in shards of at most 8,000 bytes. */
async function putItems(blobs: BlobStore, lengths: number[]): Promise<Uint8Array[]> {
  const items = lengths.map((length, seed) =>
    makePixels({ width: length, height: 1, channels: 1, seed })
  );
  const writer = new ShardWriter(blobs, "ds_1", 8000);
  const lines = [];
  for (const [index, bytes] of items.entries()) {
    const place = await writer.add(`${index}`, bytes);
    lines.push(JSON.stringify({
      index,
      name: `${index}`,
      label: index % 3 === 0 ? null : `label ${index % 3}`,
      mediaType: index % 2 === 0 ? "image/png" : "image/jpeg",
      width: 1,
      height: 1,
      digest: contentDigest(bytes),
      ...place,
    }));
  }
  await writer.close();
  await blobs.put(manifestKey("ds_1"), new TextEncoder().encode(`${lines.join("\n")}\n`));
  return items;
}

/** The store, counting its reads of shards. */
function counted(blobs: BlobStore): { blobs: BlobStore; reads: { bytes: number }[] } {
  const reads: { bytes: number }[] = [];
  const counting: BlobStore = Object.create(blobs);
  counting.size = (key) => blobs.size(key);
  counting.getRange = (key, offset, length) => {
    if (key.endsWith(".tar")) reads.push({ bytes: length });
    return blobs.getRange(key, offset, length);
  };
  return { blobs: counting, reads };
}

const LENGTHS = Array.from({ length: 60 }, (_, i) => 1 + (i * 531) % 1800);

Deno.test("every item comes back, in order, backwards and all at the same time", () =>
  withBlobs(async (blobs) => {
    const items = await putItems(blobs, LENGTHS);
    for (const blockBytes of [1, 600, 3000, 100_000]) {
      const source = await openDataset(blobs, "ds_1", { blockBytes });
      assertEquals(source.count, 60);
      const indices = items.map((_, i) => i);
      for (const order of [indices, indices.toReversed(), indices.map((i) => (i * 37) % 60)]) {
        for (const i of order) assertEquals((await source.read(i)).bytes, items[i]!);
        const read = await Promise.all(order.map((i) => source.read(i)));
        assertEquals(read.map(({ bytes }) => bytes), order.map((i) => items[i]!));
      }
    }
  }));

Deno.test("labels, kinds and digests are told", () =>
  withBlobs(async (blobs) => {
    const items = await putItems(blobs, LENGTHS);
    const source = await openDataset(blobs, "ds_1");
    assertEquals([0, 1, 2, 3, 59].map((i) => source.label(i)), [
      null,
      "label 1",
      "label 2",
      null,
      "label 2",
    ]);
    assertEquals((await source.read(4)).mediaType, "image/png");
    assertEquals((await source.read(5)).mediaType, "image/jpeg");
    assertEquals(source.itemDigest(7), contentDigest(items[7]!));
  }));

Deno.test("going through in order takes few reads, jumping about no more bytes than asked for", () =>
  withBlobs(async (blobs) => {
    const items = await putItems(blobs, LENGTHS);
    const { blobs: counting, reads } = counted(blobs);
    const ordered = await openDataset(counting, "ds_1", { blockBytes: 4000 });
    for (let i = 0; i < 60; i += 8) {
      await Promise.all(
        Array.from({ length: Math.min(8, 60 - i) }, (_, j) => ordered.read(i + j)),
      );
    }
    assert(reads.length < 35, `${reads.length} reads`);

    reads.length = 0;
    const random = await openDataset(counting, "ds_1", { blockBytes: 4000 });
    const order = [50, 10, 40, 20, 5];
    for (const i of order) await random.read(i);
    assertEquals(reads.map(({ bytes }) => bytes), order.map((i) => items[i]!.length));
  }));

Deno.test("what is read is the caller's own", () =>
  withBlobs(async (blobs) => {
    const items = await putItems(blobs, LENGTHS);
    const source = await openDataset(blobs, "ds_1");
    for (const i of [0, 1]) {
      const { bytes } = await source.read(i);
      structuredClone(bytes, { transfer: [bytes.buffer] });
    }
    assertEquals((await source.read(1)).bytes, items[1]!);
    assertEquals((await source.read(2)).bytes, items[2]!);
  }));

Deno.test("bytes that are not those that were imported are corrupt", () =>
  withBlobs(async (blobs) => {
    await putItems(blobs, [100, 100]);
    const shard = await blobs.get(shardKey("ds_1", 0));
    shard[512 + 5]! ^= 1;
    await blobs.put(shardKey("ds_1", 0), shard);
    const source = await openDataset(blobs, "ds_1");
    await assertRejects(() => source.read(0), CorruptError, "item 0");
    await source.read(1);
    await blobs.put(shardKey("ds_1", 0), shard.slice(0, 1200));
    const cut = await openDataset(blobs, "ds_1");
    await assertRejects(() => cut.read(1), CorruptError);
    await blobs.delete(shardKey("ds_1", 0));
    const gone = await openDataset(blobs, "ds_1");
    await assertRejects(() => gone.read(0), NotFoundError);
    await assertRejects(() => gone.read(0), NotFoundError);
  }));

Deno.test("a data set and an item that there are not are not found", () =>
  withBlobs(async (blobs) => {
    await assertRejects(() => openDataset(blobs, "ds_9"), NotFoundError, "ds_9");
    await putItems(blobs, [10]);
    const source = await openDataset(blobs, "ds_1");
    for (const i of [-1, 1, 0.5, NaN]) {
      await assertRejects(() => source.read(i), NotFoundError);
      assertThrows(() => source.label(i), NotFoundError);
      assertThrows(() => source.itemDigest(i), NotFoundError);
    }
  }));
