import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLessOrEqual,
  assertRejects,
} from "@std/assert";
import { packImages, type PackOptions } from "../../../src/data/pack_images.ts";
import {
  CancelledError,
  CorruptError,
  InvalidError,
  TooLargeError,
  UnavailableError,
} from "../../../src/errors.ts";
import { flatItem, memorySource } from "../../support/memory_source.ts";

const OPTIONS: PackOptions = { size: 8, channels: 3, maxPixels: 1000 };

/** Item i has the colour (i, 2i, 3i) and the label `even` or `odd`. */
function source(count: number) {
  return memorySource(
    Array.from(
      { length: count },
      (_, i) => flatItem(8, [i, 2 * i, 3 * i], i % 2 === 0 ? "even" : "odd"),
    ),
  );
}

function colourOf(pixels: Uint8Array): number[] {
  assert(pixels.every((value, i) => value === pixels[i % 3]));
  return [...pixels.subarray(0, 3)];
}

const broken = {
  bytes: new TextEncoder().encode("P6\n8 8\n255\nshort"),
  mediaType: "image/x-portable-pixmap",
};

Deno.test("each item is decoded once, in order, with its label", async () => {
  const images = await packImages(source(40), OPTIONS);
  assertEquals([images.count, images.height, images.width, images.channels], [40, 8, 8, 3]);
  for (let i = 0; i < 40; i++) {
    assertEquals(colourOf(images.pixels(i)), [i, 2 * i, 3 * i]);
    assertEquals(images.indices[i], i);
    assertEquals(images.labels[i], i % 2 === 0 ? "even" : "odd");
  }
  images.close();
});

Deno.test("a subset keeps the order that was asked for", async () => {
  const images = await packImages(source(40), { ...OPTIONS, indices: Uint32Array.of(7, 30, 2) });
  assertEquals([...images.indices], [7, 30, 2]);
  assertEquals([0, 1, 2].map((i) => images.pixels(i)[0]), [7, 30, 2]);
  const batch = images.gather([2, 0], 5);
  assertEquals([...batch.indices], [2, 7]);
  assertEquals([batch.count, batch.epoch, batch.pixels.length], [2, 5, 2 * 192]);
  assertEquals(colourOf(batch.pixels.subarray(192)), [7, 14, 21]);
});

Deno.test("no more items are read at once than allowed, and all are told of", async () => {
  const inner = source(30);
  let open = 0;
  let most = 0;
  const seen: number[] = [];
  await packImages({
    ...inner,
    async read(index) {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      return await inner.read(index);
    },
  }, { ...OPTIONS, concurrency: 4, onProgress: (done, total) => seen.push(done * 100 + total) });
  assertLessOrEqual(most, 4);
  assertEquals(seen, Array.from({ length: 30 }, (_, i) => (i + 1) * 100 + 30));
});

Deno.test("more pixels than memory allows go to a file that leaves nothing behind", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const options = { ...OPTIONS, maxBytes: 1000, spillDirectory: directory };
    const images = await packImages(source(40), options);
    const inMemory = await packImages(source(40), OPTIONS);
    assertEquals(images.gather([39, 0, 17], 0), inMemory.gather([39, 0, 17], 0));
    images.close();
    images.close();
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("more pixels than memory allows are refused without a folder for them", async () => {
  const error = await assertRejects(
    () => packImages(source(40), { ...OPTIONS, maxBytes: 7679 }),
    TooLargeError,
    "7680 bytes",
  );
  assert(error.message.includes("imageSize"));
  await packImages(source(40), { ...OPTIONS, maxBytes: 7680 });
});

Deno.test("an item that cannot be decoded fails the load by its index", async () => {
  const items = [flatItem(8, [1, 2, 3]), broken, flatItem(8, [4, 5, 6])];
  await assertRejects(() => packImages(memorySource(items), OPTIONS), CorruptError, "item 1");
});

Deno.test("items that cannot be decoded are skipped and named where that is asked for", async () => {
  const items = [
    broken,
    flatItem(8, [1, 2, 3], "a"),
    flatItem(99, [1, 2, 3]),
    flatItem(8, [4, 5, 6]),
  ];
  const images = await packImages(memorySource(items), { ...OPTIONS, onUndecodable: "skip" });
  assertEquals([...images.indices], [1, 3]);
  assertEquals(images.labels, ["a", null]);
  assertEquals(colourOf(images.pixels(1)), [4, 5, 6]);
  assertEquals(images.skipped.map((item) => item.index), [0, 2]);
  assertInstanceOf(images.skipped[1]!.error, TooLargeError);
});

Deno.test("a store that fails is no undecodable item", async () => {
  const read = () => Promise.reject(new UnavailableError("the disk is gone"));
  await assertRejects(
    () => packImages({ ...source(9), read }, { ...OPTIONS, onUndecodable: "skip" }),
    UnavailableError,
  );
});

Deno.test("a load can be called off", async () => {
  const controller = new AbortController();
  const onProgress = (done: number) => done === 10 && controller.abort();
  let done = 0;
  await assertRejects(
    () =>
      packImages(source(200), {
        ...OPTIONS,
        concurrency: 2,
        signal: controller.signal,
        onProgress: (count) => onProgress(done = count),
      }),
    CancelledError,
  );
  assertLessOrEqual(done, 12);
});

Deno.test("an index outside of the source is refused", async () => {
  const options = { ...OPTIONS, indices: Uint32Array.of(1, 5) };
  await assertRejects(() => packImages(source(5), options), InvalidError, "item 5");
});
