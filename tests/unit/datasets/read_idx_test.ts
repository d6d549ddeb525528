import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ByteReader } from "../../../src/datasets/byte_reader.ts";
import { IdxPairs } from "../../../src/datasets/idx_pairs.ts";
import { MemberError } from "../../../src/datasets/member.ts";
import { idxKind, readIdxImages, readIdxLabels } from "../../../src/datasets/read_idx.ts";
import { CorruptError, InvalidError, TooLargeError } from "../../../src/errors.ts";
import { streamOf } from "../../support/dataset_fixture.ts";
import { makeIdx, makeIdxImages, makeIdxLabels } from "../../support/make_idx.ts";

const limits = { maxItems: 100, maxPixels: 1000 };
const readerOf = (bytes: Uint8Array) => new ByteReader(streamOf(bytes, 5));

async function images(bytes: Uint8Array) {
  const { count, images } = await readIdxImages(readerOf(bytes), limits);
  return { count, images: await Array.fromAsync(images) };
}

Deno.test("the kind of an idx file is told by its first four bytes", () => {
  assertEquals(idxKind(makeIdxImages(1)), "images");
  assertEquals(idxKind(makeIdxLabels([1])), "labels");
  assertEquals(idxKind(makeIdx([2, 3], new Uint8Array(6))), "other");
  assertEquals(idxKind(makeIdx([1, 1, 1], new Uint8Array(8), 0x0e)), "other");
  for (const head of [[], [0, 0, 8], [0, 0, 8, 0], [0, 0, 8, 9], [0, 0, 7, 3], [1, 0, 8, 3]]) {
    assertEquals(idxKind(Uint8Array.from(head)), undefined);
  }
});

Deno.test("images come one by one, rows first", async () => {
  const { count, images: read } = await images(makeIdxImages(3));
  assertEquals(count, 3);
  assertEquals(read.map(({ width, height, channels }) => [width, height, channels]), [
    [4, 3, 1],
    [4, 3, 1],
    [4, 3, 1],
  ]);
  assertEquals([...read[2]!.pixels], [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  assertEquals((await images(makeIdxImages(0))).images, []);
});

Deno.test("a header that cannot be right is no use", async () => {
  await assertRejects(() => images(makeIdxImages(1).slice(0, 15)), MemberError, "header");
  await assertRejects(() => images(makeIdx([1, 0, 4], new Uint8Array())), MemberError, "4 by 0");
  await assertRejects(() => images(makeIdx([1, 26, 40], new Uint8Array())), MemberError, "1000");
  await assertRejects(
    () => images(makeIdx([101, 1, 1], new Uint8Array(101))),
    TooLargeError,
    "101 images, at most 100",
  );
  await assertRejects(() => images(makeIdx([2 ** 32 - 1, 1, 1], new Uint8Array())), TooLargeError);
});

Deno.test("fewer or more images than the header tells of are corrupt", async () => {
  const file = makeIdxImages(3);
  await assertRejects(() => images(file.slice(0, -1)), CorruptError, "ends in number 3");
  await assertRejects(() => images(file.slice(0, 16)), CorruptError, "ends in number 1");
  const longer = new Uint8Array(file.length + 1);
  longer.set(file);
  await assertRejects(() => images(longer), CorruptError, "goes on");
});

Deno.test("labels are read whole, or not", async () => {
  const file = makeIdxLabels([3, 0, 255]);
  assertEquals([...await readIdxLabels(readerOf(file), 3)], [3, 0, 255]);
  await assertRejects(() => readIdxLabels(readerOf(file), 2), TooLargeError);
  await assertRejects(() => readIdxLabels(readerOf(file.slice(0, 10)), 3), MemberError, "has 2");
  await assertRejects(() => readIdxLabels(readerOf(file.slice(0, 7)), 3), MemberError, "header");
  const longer = new Uint8Array([...file, 0]);
  await assertRejects(() => readIdxLabels(readerOf(longer), 3), MemberError, "goes on");
});

Deno.test("labels belong to the images whose name is the same but for what they are", () => {
  const pairs = new IdxPairs();
  const [one, two] = [Uint8Array.of(1, 1), Uint8Array.of(2)];
  pairs.addLabels("raw/t10k-labels-idx1-ubyte.gz", two);
  assertEquals(pairs.addImages("raw/train-images-idx3-ubyte", 2), 0);
  assertEquals(pairs.addImages("raw/t10k-images.idx3-ubyte".replace(".", "-"), 1), 1);
  assertEquals(pairs.addImages("raw/extra-images-idx3-ubyte", 1), 2);
  pairs.addLabels("raw/train-labels-idx1-ubyte", one);
  pairs.addLabels("other/train-labels-idx1-ubyte", one.slice());
  assertEquals(pairs.resolve(), {
    labels: [one, two, undefined],
    unused: [{ name: "other/train-labels-idx1-ubyte", reason: "idx labels without their images" }],
  });
});

Deno.test("a single file of each kind belongs together whatever the names", () => {
  const pairs = new IdxPairs();
  pairs.addImages("x", 1);
  pairs.addLabels("y", Uint8Array.of(5));
  assertEquals(pairs.resolve().labels, [Uint8Array.of(5)]);
});

Deno.test("a count of labels that is not that of the images is invalid, and says both", () => {
  const pairs = new IdxPairs();
  pairs.addImages("x", 2);
  pairs.addLabels("y", Uint8Array.of(5));
  const error = assertThrows(() => pairs.resolve(), InvalidError, "x has 2 images, y has 1 labels");
  assertEquals(error.errors, [{
    path: "body",
    rule: "must have as many labels as images, 2",
    value: 1,
  }]);
});
