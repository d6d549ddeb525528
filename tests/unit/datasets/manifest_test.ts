import { assert, assertEquals, assertRejects } from "@std/assert";
import { manifestKey } from "../../../src/datasets/dataset_blobs.ts";
import { ManifestCache } from "../../../src/datasets/manifest_cache.ts";
import { ManifestIndex } from "../../../src/datasets/manifest_index.ts";
import { readManifest } from "../../../src/datasets/read_manifest.ts";
import { CorruptError, NotFoundError } from "../../../src/errors.ts";
import type { DatasetItem } from "../../../src/schemas/dataset.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

const LABELS = ["cat", "dög", null];

function makeItem(index: number): DatasetItem {
  return {
    index,
    name: `größe/${"x".repeat(index % 50)}${index}.jpg`,
    label: LABELS[index % 3]!,
    mediaType: "image/jpeg",
    width: 1 + index,
    height: 2,
    digest: "00".repeat(32),
    shard: 0,
    offset: 512 * index,
    length: 5,
  };
}

async function putManifest(blobs: BlobStore, id: string, count: number): Promise<DatasetItem[]> {
  const items = Array.from({ length: count }, (_, i) => makeItem(i));
  const text = items.map((item) => `${JSON.stringify(item)}\n`).join("");
  await blobs.put(manifestKey(id), new TextEncoder().encode(text));
  return items;
}

Deno.test("a manifest of several megabytes is read item by item", () =>
  withBlobs(async (blobs) => {
    const items = await putManifest(blobs, "ds_1", 8000);
    assert((await blobs.size(manifestKey("ds_1")))! > 2 ** 20);
    const read = await Array.fromAsync(readManifest(blobs, "ds_1"), ({ item }) => item);
    assertEquals(read, items);
  }));

Deno.test("an index finds items by number and pages, of a label too", () =>
  withBlobs(async (blobs) => {
    const items = await putManifest(blobs, "ds_1", 3000);
    const index = await ManifestIndex.load(blobs, "ds_1");
    assertEquals(index.count, 3000);
    for (const i of [0, 1, 1500, 2999]) assertEquals(await index.item(i), items[i]!);
    assertEquals(await index.page({ offset: 10, limit: 3 }), {
      total: 3000,
      items: items.slice(10, 13),
    });
    assertEquals(await index.page({ offset: 2999, limit: 9 }), {
      total: 3000,
      items: items.slice(2999),
    });
    assertEquals(await index.page({ offset: 3000, limit: 9 }), { total: 3000, items: [] });
    assertEquals(await index.page({ offset: 0, limit: 0 }), { total: 3000, items: [] });
    const dogs = items.filter((item) => item.label === "dög");
    assertEquals(await index.page({ offset: 5, limit: 7, label: "dög" }), {
      total: 1000,
      items: dogs.slice(5, 12),
    });
    assertEquals(await index.page({ offset: 0, limit: 5000, label: "dög" }), {
      total: 1000,
      items: dogs,
    });
    assertEquals(await index.page({ offset: 0, limit: 5, label: "owl" }), { total: 0, items: [] });
  }));

Deno.test("lines that are far from each other are read one by one", () =>
  withBlobs(async (blobs) => {
    const items = Array.from({ length: 2001 }, (_, i) => ({
      ...makeItem(i),
      label: i % 1000 === 0 ? "rare" : "common",
    }));
    const text = items.map((item) => `${JSON.stringify(item)}\n`).join("");
    await blobs.put(manifestKey("ds_1"), new TextEncoder().encode(text));
    let bytes = 0;
    const counting = Object.create(blobs) as BlobStore;
    counting.size = (key) => blobs.size(key);
    counting.getRange = (key, offset, length) => {
      bytes += length;
      return blobs.getRange(key, offset, length);
    };
    const index = await ManifestIndex.load(counting, "ds_1");
    bytes = 0;
    const { items: rare } = await index.page({ offset: 0, limit: 10, label: "rare" });
    assertEquals(rare, [items[0]!, items[1000]!, items[2000]!]);
    assert(bytes < 2000, `${bytes} bytes were read`);
  }));

Deno.test("an item that there is not is not found", () =>
  withBlobs(async (blobs) => {
    await putManifest(blobs, "ds_1", 3);
    const index = await ManifestIndex.load(blobs, "ds_1");
    for (const i of [-1, 3, 0.5, NaN, Infinity]) {
      await assertRejects(() => index.item(i), NotFoundError, "has 3");
    }
    await assertRejects(() => ManifestIndex.load(blobs, "ds_2"), NotFoundError, "ds_2");
  }));

Deno.test("a manifest that is damaged is corrupt", () =>
  withBlobs(async (blobs) => {
    const line = (item: unknown) => `${JSON.stringify(item)}\n`;
    for (
      const text of [
        "no JSON\n",
        line({ ...makeItem(0), length: -1 }),
        line({ ...makeItem(0), digest: "no hex" }),
        line(makeItem(1)),
        line(makeItem(0)) + line(makeItem(2)),
        line(makeItem(0)) + line(makeItem(1)).slice(0, 40),
      ]
    ) {
      await blobs.put(manifestKey("ds_1"), new TextEncoder().encode(text));
      await assertRejects(() => ManifestIndex.load(blobs, "ds_1"), CorruptError, "ds_1");
    }
  }));

Deno.test("a cache reads a manifest once, also for those who ask at the same time", () =>
  withBlobs(async (blobs) => {
    await putManifest(blobs, "ds_1", 3);
    const cache = new ManifestCache(blobs);
    const [one, two] = await Promise.all([cache.get("ds_1"), cache.get("ds_1")]);
    assert(one === two);
    assert(await cache.get("ds_1") === one);
    cache.delete("ds_1");
    assert(await cache.get("ds_1") !== one);
  }));

Deno.test("a cache forgets what was used last when it is full, and never what failed", () =>
  withBlobs(async (blobs) => {
    for (const id of ["ds_1", "ds_2", "ds_3"]) await putManifest(blobs, id, 10);
    const size = (await ManifestIndex.load(blobs, "ds_1")).bytes;
    const cache = new ManifestCache(blobs, 2 * size);
    const one = await cache.get("ds_1");
    const two = await cache.get("ds_2");
    assert(await cache.get("ds_1") === one);
    await cache.get("ds_3");
    assert(await cache.get("ds_1") === one, "it was used after ds_2");
    assert(await cache.get("ds_2") !== two);
    await assertRejects(() => cache.get("ds_4"), NotFoundError);
    await putManifest(blobs, "ds_4", 10);
    assertEquals((await cache.get("ds_4")).count, 10);
  }));
