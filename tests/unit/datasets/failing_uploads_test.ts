/**
 * Uploads that fail: empty, mistaken, cut off, lying, too much. After each there must be no row, no
 * blob and no temporary file.
 *
 * @module
 */
import { assertRejects } from "@std/assert";
import {
  CorruptError,
  InvalidError,
  TooLargeError,
  UnsupportedError,
} from "../../../src/errors.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { gzip, withDatasets } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeIdx, makeIdxImages, makeIdxLabels } from "../../support/make_idx.ts";
import { makeImage, makePixels } from "../../support/make_image.ts";
import { makeTar } from "../../support/make_tar.ts";
import { makeZip } from "../../support/make_zip.ts";

const jpeg = await makeImage("jpeg", { seed: 1 });
const png = await makeImage("png", { seed: 2, width: 40, height: 40 });
const text = (value: string) => new TextEncoder().encode(value);
const good = { name: "good.jpg", bytes: jpeg };
const limits = { maxBytes: 2 ** 20, maxItems: 50, maxPixels: 10_000 };

// deno-lint-ignore no-explicit-any -- constructors of errors differ in nothing that matters here
type Cause = new (...args: any[]) => Error;

interface Failing {
  name: string;
  body: Uint8Array;
  contentType?: string;
  error: Cause;
  message?: string;
}

const form = makeForm([good, { name: "b.png", bytes: png }]);
const tar = makeTar([good, { name: "b.png", bytes: png }]);
const zip = makeZip([good, { name: "b.png", bytes: png }]);
const cut = (bytes: Uint8Array, share: number) => bytes.slice(0, Math.floor(bytes.length * share));

const failing: Failing[] = [
  // Nothing in it.
  { name: "an empty body", body: new Uint8Array(), error: InvalidError, message: "it is empty" },
  { name: "an empty tar", body: makeTar([]), error: InvalidError, message: "no usable item" },
  { name: "an empty zip", body: makeZip([]), error: InvalidError, message: "no usable item" },
  { name: "an empty gzip", body: gzip(new Uint8Array()), error: InvalidError },
  {
    name: "a form without files",
    ...((made) => ({ body: made.body, contentType: made.contentType }))(
      makeForm([{ field: "name", bytes: jpeg }]),
    ),
    error: InvalidError,
    message: "no usable item",
  },
  {
    name: "a tar of nothing but text",
    body: makeTar([{ name: "a.txt", bytes: text("hello") }, { name: "b.jpg", bytes: text("x") }]),
    error: InvalidError,
    message: "a.txt: no image",
  },
  {
    name: "a tar of hidden files alone",
    body: makeTar([{ name: "__MACOSX/._a.jpg", bytes: jpeg }]),
    error: InvalidError,
  },
  {
    name: "idx labels alone",
    body: makeIdxLabels([1, 2]),
    error: InvalidError,
    message: "without",
  },
  { name: "idx of no images", body: makeIdxImages(0), error: InvalidError },

  // Not what it says it is.
  { name: "random bytes", body: makePixels({ seed: 5, width: 100 }), error: UnsupportedError },
  { name: "text", body: text("hello\n".repeat(1000)), error: UnsupportedError },
  {
    name: "random bytes as a form",
    body: makePixels({ seed: 5, width: 100 }),
    contentType: form.contentType,
    error: CorruptError,
  },
  {
    name: "a form without boundary",
    body: form.body,
    contentType: "multipart/form-data",
    error: InvalidError,
  },
  {
    name: "a tar with a form's content type",
    body: tar,
    contentType: form.contentType,
    error: CorruptError,
  },
  { name: "zeros", body: new Uint8Array(50_000), error: CorruptError, message: "CIFAR" },

  // Cut off.
  {
    name: "a cut image",
    body: cut(png, 0.7),
    error: InvalidError,
    message: "Cannot read the image",
  },
  { name: "a cut tar", body: cut(tar, 0.7), error: CorruptError, message: "tar" },
  { name: "a tar cut between members", body: tar.slice(0, 512 * 3), error: CorruptError },
  { name: "a cut tar.gz", body: cut(gzip(tar), 0.7), error: CorruptError, message: "gzip" },
  { name: "a tar.gz cut in its checksum", body: gzip(tar).slice(0, -5), error: CorruptError },
  {
    name: "a gzip cut in its header",
    body: gzip(tar).slice(0, 5),
    error: CorruptError,
    message: "gzip",
  },
  { name: "a cut zip", body: cut(zip, 0.7), error: CorruptError, message: "zip" },
  {
    name: "a cut form",
    body: cut(form.body, 0.7),
    contentType: form.contentType,
    error: CorruptError,
    message: "form",
  },
  {
    name: "cut idx images",
    body: makeIdxImages(5).slice(0, -7),
    error: CorruptError,
    message: "number 5",
  },
  {
    name: "cut idx images in gzip",
    body: cut(gzip(makeIdx([100, 30, 30], makePixels({ width: 300, height: 100 }))), 0.5),
    error: CorruptError,
  },
  {
    name: "an idx header alone",
    body: makeIdxImages(5).slice(0, 9),
    error: InvalidError,
    message: "header",
  },
  {
    name: "a CIFAR file with a partial record",
    body: makeCifar([1, 2]).slice(0, -1),
    error: CorruptError,
    message: "3072 bytes",
  },
  {
    name: "a cut CIFAR file in gzip",
    body: cut(gzip(concatBytes([makeCifar([1, 2]), makePixels({ width: 3073, height: 1 })])), 0.5),
    error: CorruptError,
  },

  // Lies about itself.
  {
    name: "a tar member of a huge size with short content",
    body: makeTar([{ ...good, size: 2 ** 32 }]),
    error: CorruptError,
  },
  {
    name: "a pax header of a gigabyte",
    body: makeTar([{ name: "x", type: "x", size: 2 ** 30 }]),
    error: CorruptError,
  },
  {
    name: "idx of four billion images",
    body: makeIdx([2 ** 32 - 1, 28, 28], png),
    error: TooLargeError,
  },
  {
    name: "idx of vast images",
    body: makeIdx([1, 2 ** 31, 2 ** 31], png),
    error: InvalidError,
    message: "pixels",
  },
  { name: "idx of images without pixels", body: makeIdx([9, 0, 28], png), error: InvalidError },
  {
    name: "idx with more bytes than it tells of",
    body: concatBytes([makeIdxImages(2), png]),
    error: CorruptError,
  },
  {
    name: "idx of floats",
    body: makeIdx([1, 1, 1], new Uint8Array(4), 0x0d),
    error: InvalidError,
    message: "neither",
  },
  {
    name: "idx with fewer labels than images",
    body: makeTar([
      { name: "a-images-idx3-ubyte", bytes: makeIdxImages(3) },
      { name: "a-labels-idx1-ubyte", bytes: makeIdxLabels([1, 2]) },
    ]),
    error: InvalidError,
    message: "3 images",
  },
  {
    name: "a CIFAR file with a label of ten",
    body: makeCifar([1, 10]),
    error: CorruptError,
    message: "label 10",
  },
  {
    name: "a zip whose directory lies about where members are",
    body: concatBytes([new Uint8Array([0x50, 0x4b, 3, 4]), zip.slice(200)]),
    error: CorruptError,
  },

  // Too much.
  {
    name: "a tar above the byte limit",
    body: makeTar([{ name: "a", bytes: makePixels({ width: 600, height: 600 }) }, good]),
    error: TooLargeError,
    message: "1048576",
  },
  {
    name: "a gzip bomb",
    body: gzip(makeTar([{ name: "a", bytes: new Uint8Array(20_000_000) }])),
    error: TooLargeError,
    message: "expands",
  },
  {
    name: "a gzip bomb that is no archive",
    body: gzip(new Uint8Array(20_000_000)),
    error: TooLargeError,
  },
  {
    name: "a gzip bomb within a tar",
    body: makeTar([{
      name: "a",
      bytes: gzip(concatBytes([png, new Uint8Array(20_000_000)])),
    }]),
    error: TooLargeError,
    message: "expands",
  },
  {
    name: "a zip bomb",
    body: makeZip([{ name: "a.jpg", bytes: concatBytes([jpeg, new Uint8Array(20_000_000)]) }]),
    error: TooLargeError,
    message: "expands",
  },
  {
    name: "a zip bomb of many members",
    body: makeZip(
      Array.from(
        { length: 40 },
        (_, i) => ({ name: `${i}`, bytes: concatBytes([jpeg, new Uint8Array(40_000)]) }),
      ),
    ),
    error: TooLargeError,
    message: "expands",
  },
  {
    name: "more items than are allowed",
    body: makeTar(Array.from({ length: 51 }, (_, i) => ({ name: `${i}`, bytes: jpeg }))),
    error: TooLargeError,
    message: "more items than are allowed, 50",
  },
  {
    name: "more CIFAR records than items are allowed",
    body: makeCifar(Array(51).fill(1)),
    error: TooLargeError,
    message: "50",
  },
]; // deno-fmt-ignore

for (const { name, body, contentType, error, message } of failing) {
  Deno.test(`${name}: ${error.name}, and nothing stays`, () =>
    withDatasets(async ({ importBytes, assertNothingLeft }) => {
      const more = contentType === undefined ? {} : { contentType };
      await assertRejects(() => importBytes(body, more), error, message);
      await assertNothingLeft();
    }, { limits }));
}

Deno.test("more labels than are allowed are too large, and nothing stays", () =>
  withDatasets(async ({ importBytes, assertNothingLeft }) => {
    const entries = Array.from({ length: 4 }, (_, i) => ({ name: `${i}/1.jpg`, bytes: jpeg }));
    await assertRejects(() => importBytes(makeTar(entries)), TooLargeError, "labels");
    await assertNothingLeft();
  }, { limits: { ...limits, maxClasses: 3 } }));
