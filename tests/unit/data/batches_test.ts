import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { sequentialBatches, shuffledBatches } from "../../../src/data/batches.ts";
import { packImages } from "../../../src/data/pack_images.ts";
import { InvalidError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { flatItem, memorySource } from "../../support/memory_source.ts";

const images = await packImages(
  memorySource(Array.from({ length: 23 }, (_, i) => flatItem(8, [i]))),
  { size: 8, channels: 1, maxPixels: 64 },
);

Deno.test("an epoch shows each image at most once and leaves out less than a batch", () => {
  const batches = shuffledBatches(images, { batchSize: 5, random: new Random(1) });
  assertEquals(batches.stepsPerEpoch, 4);
  for (const epoch of [0, 1, 2]) {
    const seen = [0, 1, 2, 3].flatMap((step) => {
      const batch = batches.batchAt(epoch * 4 + step);
      assertEquals([batch.count, batch.epoch], [5, epoch]);
      // Pixels and indices belong together.
      batch.indices.forEach((index, i) => assertEquals(batch.pixels[i * 64], index));
      return [...batch.indices];
    });
    assertEquals(new Set(seen).size, 20);
  }
});

Deno.test("epochs and seeds have other orders", () => {
  const order = (seed: number, epoch: number) => {
    const batches = shuffledBatches(images, { batchSize: 23, random: new Random(seed) });
    return [...batches.batchAt(epoch).indices];
  };
  assertEquals(order(1, 0), order(1, 0));
  assertNotEquals(order(1, 0), order(1, 1));
  assertNotEquals(order(1, 0), order(2, 0));
});

Deno.test("a step's batch does not depend on the steps before it", () => {
  const run = shuffledBatches(images, { batchSize: 4, random: new Random(3) });
  const all = Array.from({ length: 15 }, (_, step) => run.batchAt(step));
  for (const step of [14, 0, 7, 5]) {
    const resumed = shuffledBatches(images, { batchSize: 4, random: new Random(3) });
    assertEquals(resumed.batchAt(step), all[step]!);
    assertEquals(run.batchAt(step), all[step]!);
  }
});

Deno.test("a batch larger than the data is refused with both numbers", () => {
  const error = assertThrows(
    () => shuffledBatches(images, { batchSize: 24, random: new Random(0) }),
    InvalidError,
    "24 images: there are only 23",
  );
  assertEquals(error.errors[0]!.path, "batchSize");
});

Deno.test("sequential batches show all images in order, the last batch smaller", () => {
  const batches = [...sequentialBatches(images, 10)];
  assertEquals(batches.map((batch) => batch.count), [10, 10, 3]);
  const indices = batches.flatMap((batch) => [...batch.indices]);
  assert(indices.every((index, i) => index === i));
});
