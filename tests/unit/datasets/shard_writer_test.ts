import { assertEquals, assertRejects } from "@std/assert";
import { extract } from "tar-stream";
import { shardKey } from "../../../src/datasets/dataset_blobs.ts";
import { ShardWriter } from "../../../src/datasets/shard_writer.ts";
import { UnavailableError } from "../../../src/errors.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { makePixels } from "../../support/make_image.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

/** What another program finds in an archive. */
async function untar(bytes: Uint8Array): Promise<{ name: string; bytes: Uint8Array }[]> {
  const archive = extract();
  archive.end(bytes);
  const files = [];
  for await (const entry of archive) {
    const content = concatBytes(await Array.fromAsync(entry as AsyncIterable<Uint8Array>));
    files.push({ name: entry.header.name, bytes: content });
  }
  return files;
}

Deno.test("shards are tar archives, and each place holds its item", () =>
  withBlobs(async (blobs) => {
    const items = [0, 1, 511, 512, 513, 1500, 2_500_000, 3].map((length, i) =>
      makePixels({ width: length, height: 1, channels: 1, seed: i })
    );
    const writer = new ShardWriter(blobs, "ds_1", 8000);
    const places = [];
    for (const [i, bytes] of items.entries()) places.push(await writer.add(`${i}.png`, bytes));
    await writer.close();
    assertEquals(places.map(({ shard }) => shard), [0, 0, 0, 0, 0, 0, 1, 2]);
    for (const [i, { shard, offset, length }] of places.entries()) {
      assertEquals(await blobs.getRange(shardKey("ds_1", shard), offset, length), items[i]!);
    }
    const files = [];
    for (const shard of [0, 1, 2]) {
      files.push(...await untar(await blobs.get(shardKey("ds_1", shard))));
    }
    assertEquals(files, items.map((bytes, i) => ({ name: `${i}.png`, bytes })));
    assertEquals(shardKey("ds_1", 2), "datasets/ds_1/shard-00002.tar");
  }));

Deno.test("an empty writer stores nothing, and an aborted shard is not stored", () =>
  withBlobs(async (blobs) => {
    await new ShardWriter(blobs, "ds_1").close();
    const writer = new ShardWriter(blobs, "ds_2", 3000);
    for (let i = 0; i < 3; i++) await writer.add(`${i}`, new Uint8Array(1500));
    await writer.abort(new Error("stop"));
    await writer.abort(new Error("stop"));
    assertEquals((await Array.fromAsync(blobs.list("datasets"))).sort(), [
      "datasets/ds_2/shard-00000.tar",
      "datasets/ds_2/shard-00001.tar",
    ]);
  }));

Deno.test("what the store fails by is thrown to the writer", async () => {
  const full = {
    put: async (_key: string, data: ReadableStream<Uint8Array>) => {
      const error = new UnavailableError("Cannot store the blob: no space");
      await data.cancel(error);
      throw error;
    },
  } as unknown as BlobStore;
  const writer = new ShardWriter(full, "ds_1");
  await assertRejects(
    async () => {
      for (let i = 0; i < 100; i++) await writer.add(`${i}`, new Uint8Array(500_000));
      await writer.close();
    },
    UnavailableError,
    "no space",
  );
  await writer.abort(new Error("stop"));
});
