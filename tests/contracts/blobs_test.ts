/**
 * What every blob store must do. A new one joins by an entry in `implementers`; one that cannot run
 * here says why in `skip`.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import { ConflictError, CorruptError, InvalidError, NotFoundError } from "../../src/errors.ts";
import type { BlobStore } from "../../src/stores/blobs.ts";
import { openBlobs } from "../../src/stores/open.ts";
import { withTempDir } from "../support/temp_dir.ts";

interface Implementer {
  name: string;
  skip?: string;
  /** Runs `work` with an empty store and removes the store afterwards. */
  use(work: (blobs: BlobStore) => Promise<void>): Promise<void>;
}

const implementers: Implementer[] = [
  {
    name: "file",
    use: (work) =>
      withTempDir(async (folder) => await work(await openBlobs(pathToFileURL(folder).href))),
  },
];

const bytes = (...values: number[]) => new Uint8Array(values);

async function keys(blobs: BlobStore, prefix: string): Promise<string[]> {
  return (await Array.fromAsync(blobs.list(prefix))).sort();
}

function contract(implementer: Implementer): void {
  const test = (name: string, work: (blobs: BlobStore) => Promise<void>) =>
    Deno.test({
      name: `${implementer.name} blobs: ${name}${implementer.skip ? ` (${implementer.skip})` : ""}`,
      ignore: implementer.skip !== undefined,
      fn: () => implementer.use(work),
    });

  test("what is put can be got, whole and in part", async (blobs) => {
    assertEquals(await blobs.put("a/b/c.bin", bytes(1, 2, 3, 4, 5)), 5);
    assertEquals(await blobs.get("a/b/c.bin"), bytes(1, 2, 3, 4, 5));
    assertEquals(await blobs.size("a/b/c.bin"), 5);
    assertEquals(await blobs.getRange("a/b/c.bin", 1, 3), bytes(2, 3, 4));
    assertEquals(await blobs.getRange("a/b/c.bin", 5, 0), bytes());
  });

  test("a stream is stored in order, also an empty one", async (blobs) => {
    const chunks = [bytes(1), bytes(), bytes(2, 3)];
    assertEquals(await blobs.put("s", ReadableStream.from(chunks)), 3);
    assertEquals(await blobs.get("s"), bytes(1, 2, 3));
    assertEquals(await blobs.put("s", ReadableStream.from<Uint8Array>([])), 0);
    assertEquals(await blobs.get("s"), bytes());
    assertEquals(await blobs.size("s"), 0);
  });

  test("a second put replaces the first", async (blobs) => {
    await blobs.put("k", bytes(1, 2, 3));
    await blobs.put("k", bytes(4));
    assertEquals(await blobs.get("k"), bytes(4));
  });

  test("a stream that fails leaves the old value, or nothing, and its own error", async (blobs) => {
    await blobs.put("old", bytes(7));
    const failing = () =>
      ReadableStream.from((async function* () {
        yield bytes(1);
        await Promise.resolve();
        throw new RangeError("gone");
      })());
    await assertRejects(() => blobs.put("old", failing()), RangeError, "gone");
    await assertRejects(() => blobs.put("new", failing()), RangeError, "gone");
    assertEquals(await blobs.get("old"), bytes(7));
    assertEquals(await blobs.size("new"), undefined);
  });

  test("a put that cannot be done cancels its stream", async (blobs) => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    await blobs.put("a", bytes(1));
    await assertRejects(() => blobs.put("a/b", stream), ConflictError);
    assert(cancelled);
  });

  test("what is not there is not found, and has no size", async (blobs) => {
    await blobs.put("a/b", bytes(1));
    for (const key of ["x", "a", "a/b/c", "a/x"]) {
      await assertRejects(() => blobs.get(key), NotFoundError, key);
      await assertRejects(() => blobs.getRange(key, 0, 1), NotFoundError, key);
      assertEquals(await blobs.size(key), undefined);
    }
  });

  test("a range outside the blob is refused", async (blobs) => {
    await blobs.put("k", bytes(1, 2, 3));
    await assertRejects(() => blobs.getRange("k", 2, 2), CorruptError);
    await assertRejects(() => blobs.getRange("k", 4, 0), CorruptError);
    await assertRejects(() => blobs.getRange("k", 0, 2 ** 50), CorruptError);
    for (const [offset, length] of [[-1, 1], [0, -1], [0.5, 1], [0, NaN]] as const) {
      await assertRejects(() => blobs.getRange("k", offset, length), InvalidError);
    }
  });

  test("list gives the keys below a prefix, and only whole segments match", async (blobs) => {
    for (const key of ["a/1", "a/b/2", "ab/3", "c"]) await blobs.put(key, bytes(1));
    assertEquals(await keys(blobs, "a"), ["a/1", "a/b/2"]);
    assertEquals(await keys(blobs, "a/b"), ["a/b/2"]);
    assertEquals(await keys(blobs, "c"), []);
    assertEquals(await keys(blobs, "none"), []);
  });

  test("delete takes one blob, and none without error", async (blobs) => {
    await blobs.put("a/1", bytes(1));
    await blobs.put("a/2", bytes(2));
    await blobs.delete("a/1");
    await blobs.delete("a/1");
    await blobs.delete("a");
    await blobs.delete("a/2/x");
    assertEquals(await keys(blobs, "a"), ["a/2"]);
  });

  test("deleteAll takes what is below a prefix and leaves its neighbours", async (blobs) => {
    for (const key of ["a/1", "a/b/2", "ab/3", "c"]) await blobs.put(key, bytes(1));
    await blobs.deleteAll("a");
    await blobs.deleteAll("none");
    await blobs.deleteAll("c");
    assertEquals(await keys(blobs, "a"), []);
    assertEquals(await blobs.size("ab/3"), 1);
    assertEquals(await blobs.size("c"), 1);
    await blobs.put("a/1", bytes(9));
    assertEquals(await blobs.get("a/1"), bytes(9));
  });

  test("a key that is no plain path is refused by every method", async (blobs) => {
    const bad = [
      "",
      "/",
      "/a",
      "a/",
      "a//b",
      ".",
      "..",
      "a/..",
      "../a",
      "a/./b",
      "a\\b",
      "a b",
      "ä",
      "a\0",
      "a~1",
      "C:x",
      "%2e%2e",
      "x".repeat(201),
      Array(500).fill("ab").join("/"),
    ]; // deno-fmt-ignore
    for (const key of bad) {
      await assertRejects(() => blobs.put(key, bytes(1)), InvalidError);
      await assertRejects(() => blobs.get(key), InvalidError);
      await assertRejects(() => blobs.getRange(key, 0, 1), InvalidError);
      await assertRejects(() => blobs.size(key), InvalidError);
      await assertRejects(() => keys(blobs, key), InvalidError);
      await assertRejects(() => blobs.delete(key), InvalidError);
      await assertRejects(() => blobs.deleteAll(key), InvalidError);
    }
  });

  test("keys may hold every letter they are allowed", async (blobs) => {
    for (const key of ["A-z_0.9/..a", "-", "a.b/.c", "x".repeat(200)]) {
      await blobs.put(key, bytes(1));
      assertEquals(await blobs.size(key), 1, key);
    }
  });

  test("writers of one key at the same time leave one whole value", async (blobs) => {
    const values = Array.from({ length: 8 }, (_, i) => new Uint8Array(10_000).fill(i));
    await Promise.all(values.map((value) => blobs.put("k", ReadableStream.from([value]))));
    const stored = await blobs.get("k");
    assertEquals(stored, values[stored[0]!]!);
    assertEquals(await keys(blobs, "k"), []);
  });

  test("another opener of its URL sees the same blobs", async (blobs) => {
    await blobs.put("a/b", bytes(1, 2));
    assertEquals(await (await openBlobs(blobs.url)).get("a/b"), bytes(1, 2));
  });

  test("deleteUnfinished leaves what is finished", async (blobs) => {
    await blobs.put("a/b", bytes(1, 2));
    await blobs.deleteUnfinished();
    assertEquals(await keys(blobs, "a"), ["a/b"]);
  });
}

for (const implementer of implementers) contract(implementer);
