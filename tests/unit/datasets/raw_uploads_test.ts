/** Uploads of MNIST idx and CIFAR-10 binary files. @module */
import { assertEquals } from "@std/assert";
import sharp from "sharp";
import { openDataset } from "../../../src/datasets/open_dataset.ts";
import { decodeNetpbm } from "../../../src/images/netpbm.ts";
import { describeItems, gzip, withDatasets } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeIdxImages, makeIdxLabels } from "../../support/make_idx.ts";
import { makeTar } from "../../support/make_tar.ts";
import { makeZip } from "../../support/make_zip.ts";

Deno.test("idx images find their labels, before or after, packed or not", () =>
  withDatasets(async (fixture) => {
    const images = { name: "train-images-idx3-ubyte", bytes: makeIdxImages(3) };
    const labels = { name: "train-labels-idx1-ubyte", bytes: makeIdxLabels([7, 0, 7]) };
    const packed = [images, labels].map(({ name, bytes }) => ({
      name: `${name}.gz`,
      bytes: gzip(bytes),
    }));
    const form = makeForm(packed);
    const uploads: { bytes: Uint8Array; contentType?: string }[] = [
      { bytes: makeTar([images, labels]) },
      { bytes: makeTar([labels, images]) },
      { bytes: makeTar(packed) },
      { bytes: makeZip(packed.toReversed()) },
      { bytes: form.body, contentType: form.contentType },
    ];
    for (const [i, { bytes, ...more }] of uploads.entries()) {
      const dataset = await fixture.importBytes(bytes, { name: `d${i}`, ...more });
      assertEquals([dataset.classes, dataset.skipped], [{ 0: 1, 7: 2 }, []], `upload ${i}`);
    }
    const [first] = await describeItems(fixture, "d0");
    assertEquals(first, ["train-images-idx3-ubyte/00000.pgm", "7", "image/x-portable-graymap"]);
    const source = await openDataset(fixture.blobs, (await fixture.service.get("d0")).id);
    const { pixels, width, height, channels } = decodeNetpbm((await source.read(2)).bytes);
    assertEquals([width, height, channels, pixels[0], pixels[11]], [4, 3, 1, 14, 25]);
  }));

Deno.test("idx images alone, also compressed, are a data set without labels", () =>
  withDatasets(async (fixture) => {
    for (const bytes of [makeIdxImages(4), gzip(makeIdxImages(4))]) {
      const dataset = await fixture.importBytes(bytes, { name: `d${bytes.length}` });
      assertEquals([dataset.count, dataset.unlabelled], [4, 4]);
    }
  }));

Deno.test("two pairs of idx files in one upload keep their own labels", () =>
  withDatasets(async (fixture) => {
    const dataset = await fixture.importBytes(makeTar([
      { name: "t10k-labels-idx1-ubyte", bytes: makeIdxLabels([1]) },
      { name: "train-images-idx3-ubyte", bytes: makeIdxImages(2) },
      { name: "t10k-images-idx3-ubyte", bytes: makeIdxImages(1) },
      { name: "train-labels-idx1-ubyte", bytes: makeIdxLabels([2, 3]) },
    ]));
    assertEquals((await describeItems(fixture, dataset.id)).map(([, label]) => label), [
      "2",
      "3",
      "1",
    ]);
  }));

Deno.test("CIFAR-10 files get the names of their classes, their own if they bring some", () =>
  withDatasets(async (fixture) => {
    const batch = { name: "cifar/data_batch_1.bin", bytes: makeCifar([0, 9, 9]) };
    const names = Array.from({ length: 10 }, (_, i) => `thing ${i}`).join("\n");
    const meta = { name: "cifar/batches.meta.txt", bytes: new TextEncoder().encode(names) };
    const readme = { name: "cifar/readme.html", bytes: new TextEncoder().encode("<html>") };
    const plain = await fixture.importBytes(makeTar([batch]), { name: "a" });
    assertEquals(plain.classes, { airplane: 1, truck: 2 });
    for (const entries of [[batch, meta, readme], [meta, readme, batch]]) {
      const named = await fixture.importBytes(gzip(makeTar(entries)), {
        name: `b${entries.indexOf(meta)}`,
      });
      assertEquals(named.classes, { "thing 0": 1, "thing 9": 2 });
      assertEquals(named.skipped.map(({ name }) => name), ["cifar/readme.html"]);
    }
    const bare = await fixture.importBytes(batch.bytes, { name: "c" });
    assertEquals(bare.classes, plain.classes);
    const [, second] = await describeItems(fixture, bare.id);
    assertEquals(second, ["upload/00001.ppm", "truck", "image/x-portable-pixmap"]);
  }));

Deno.test("raw pixels are shown as PNG", () =>
  withDatasets(async ({ service, importBytes }) => {
    const dataset = await importBytes(makeCifar([1, 2]));
    const { bytes, mediaType } = await service.image(dataset.id, 1);
    assertEquals(mediaType, "image/png");
    const pixels = await sharp(bytes).raw().toBuffer();
    assertEquals([...pixels.subarray(3 * 33, 3 * 34)], [1, 1, 1]);
  }));
