/**
 * Uploads that are broken, mistaken or hostile. After each one that fails there must be no row, no
 * blob and no temporary file; after each one that succeeds what was left out must be named.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CancelledError,
  CorruptError,
  InvalidError,
  TimeoutError,
  TooLargeError,
  UnavailableError,
  UnsupportedError,
} from "../../../src/errors.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { gzip, streamOf, withDatasets } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeIdx, makeIdxImages, makeIdxLabels } from "../../support/make_idx.ts";
import { makeImage, makePixels } from "../../support/make_image.ts";
import { gnuNameEntry, makeTar, paxEntry, type TarEntry } from "../../support/make_tar.ts";
import { makeZip, type ZipEntry } from "../../support/make_zip.ts";

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

Deno.test("what is unusable in a tar is named, the rest is kept", () =>
  withDatasets(async ({ importBytes, service }) => {
    const entries: TarEntry[] = [
      { name: "a/", type: "5" },
      { name: "/etc/passwd", bytes: jpeg },
      { name: "../../up.jpg", bytes: jpeg },
      { name: "a/../../up.jpg", bytes: jpeg },
      { name: "back\\slash.jpg", bytes: jpeg },
      { name: "link.jpg", type: "2", link: "/etc/passwd" },
      { name: "hard.jpg", type: "1", link: "good.jpg" },
      { name: "device", type: "3" },
      paxEntry({ path: "new\nline.jpg" }),
      { name: "x", bytes: jpeg },
      paxEntry({ path: `${"long/".repeat(120)}x.jpg` }),
      { name: "x", bytes: jpeg },
      gnuNameEntry("/absolute/by/gnu.jpg"),
      { name: "x", bytes: jpeg },
      { name: "empty.jpg" },
      { name: "text.jpg", bytes: text("hello") },
      { name: "cut.png", bytes: cut(png, 0.5) },
      { name: "large.png", bytes: await makeImage("png", { width: 101, height: 100 }) },
      { name: "inner.tar", bytes: tar },
      { name: "inner.zip", bytes: zip },
      { name: "image.avif", bytes: await makeImage("avif") },
      { name: "data.bin", bytes: makeCifar([1]).slice(1) },
      { name: "floats-idx", bytes: makeIdx([2, 2], new Uint8Array(16), 0x0d) },
      { name: "labels-idx1", bytes: makeIdxLabels([1, 2]) },
      { name: "damaged.gz", bytes: gzip(png).slice(0, 30) },
      { name: ".DS_Store", bytes: new Uint8Array(6148) },
      { name: "./good.jpg", bytes: jpeg },
      { name: "good.jpg", bytes: png },
      { name: "größe 🦉.png", bytes: png },
    ];
    const dataset = await importBytes(makeTar(entries));
    const { items } = await service.items("d", { offset: 0, limit: 10 });
    assertEquals(items.map(({ name, mediaType }) => [name, mediaType]), [
      ["good.jpg", "image/jpeg"],
      ["größe 🦉.png", "image/png"],
    ]);
    const reasons: [string, RegExp][] = [
      ["/etc/passwd", /absolute path/],
      ["../../up.jpg", /'\.\.' segment/],
      ["a/../../up.jpg", /'\.\.' segment/],
      ["back\\slash.jpg", /backslash/],
      ["link.jpg", /a link/],
      ["hard.jpg", /a link/],
      ["device", /no plain file/],
      ["new\nline.jpg", /control characters/],
      [`${"long/".repeat(40)}`, /more than 512 bytes/],
      ["/absolute/by/gnu.jpg", /absolute path/],
      ["empty.jpg", /empty/],
      ["text.jpg", /no image/],
      ["cut.png", /Cannot read the image/],
      ["large.png", /101 by 100 pixels, at most 10000/],
      ["inner.tar", /archive within/],
      ["inner.zip", /archive within/],
      ["image.avif", /no image/],
      ["data.bin", /no CIFAR-10 file/],
      ["floats-idx", /neither grey images nor labels/],
      ["damaged.gz", /gzip/],
      ["good.jpg", /of this name already/],
      ["labels-idx1", /without their images/],
    ];
    assertEquals(dataset.skipped.map(({ name }) => name), reasons.map(([name]) => name));
    for (const [i, [, reason]] of reasons.entries()) {
      const given = dataset.skipped[i]!.reason;
      assert(reason.test(given), `${reason} does not match ${given}`);
    }
    assertEquals(dataset.skippedCount, reasons.length);
  }, { limits }));

Deno.test("what is unusable in a zip is named, the rest is kept", () =>
  withDatasets(async ({ importBytes }) => {
    const entries: ZipEntry[] = [
      { name: "/absolute.jpg", bytes: jpeg },
      { name: "../up.jpg", bytes: jpeg },
      { name: "a\\..\\up.jpg", bytes: jpeg },
      { name: "nul\0.jpg", bytes: jpeg },
      { name: "link.jpg", bytes: text("/etc/passwd"), mode: 0o120777 },
      { name: "secret.jpg", bytes: jpeg, flags: 0x801, compressed: new Uint8Array(99), method: 8 },
      { name: "crc.jpg", bytes: jpeg, crc: 1 },
      { name: "lie.jpg", bytes: jpeg, size: 20 },
      { name: "good.jpg", bytes: jpeg },
    ];
    const dataset = await importBytes(makeZip(entries));
    assertEquals(dataset.count, 1);
    assertEquals(
      dataset.skipped.map(({ name }) => name),
      entries.slice(0, 8).map(({ name }) => name),
    );
  }, { limits }));

Deno.test("an image above the limit of bytes is skipped, whether or not its size is told", () =>
  withDatasets(async ({ importBytes }) => {
    const large = concatBytes([jpeg, new Uint8Array(5000)]);
    const both = makeForm([{ name: "large.jpg", bytes: large }, good]);
    const uploads: [Uint8Array, string | undefined][] = [
      [makeTar([{ name: "large.jpg", bytes: large }, good]), undefined],
      [makeZip([{ name: "large.jpg", bytes: large }, good]), undefined],
      [both.body, both.contentType],
    ];
    for (const [i, [body, contentType]] of uploads.entries()) {
      const more = contentType === undefined ? {} : { contentType };
      const dataset = await importBytes(body, { name: `d${i}`, ...more });
      assertEquals(dataset.skipped, [{ name: "large.jpg", reason: "it has more than 5000 bytes" }]);
    }
  }, { limits: { ...limits, maxItemBytes: 5000 } }));

Deno.test("of very many members left out a thousand are named and all are counted", () =>
  withDatasets(async ({ importBytes }) => {
    const entries = Array.from({ length: 1500 }, (_, i) => ({ name: `${i}`, bytes: text("x") }));
    const dataset = await importBytes(makeTar([...entries, good]));
    assertEquals(dataset.skipped.length, 1000);
    assertEquals(dataset.skippedCount, 1500);
  }, { limits: { ...limits, maxBytes: 2 ** 24 } }));

Deno.test("folders with names of JavaScript's own are labels like others", () =>
  withDatasets(async ({ importBytes, service }) => {
    const labels = ["constructor", "toString", "hasOwnProperty"];
    await importBytes(makeTar(labels.map((label) => ({ name: `${label}/1.jpg`, bytes: jpeg }))));
    const { classes } = await service.get("d");
    assertEquals(Object.keys(classes).sort(), labels.toSorted());
    assertEquals(Object.values(classes), [1, 1, 1]);
    for (const label of labels) {
      assertEquals((await service.items("d", { offset: 0, limit: 9, label })).total, 1);
    }
  }, { limits }));

Deno.test("more labels than are allowed are too large, and nothing stays", () =>
  withDatasets(async ({ importBytes, assertNothingLeft }) => {
    const entries = Array.from({ length: 4 }, (_, i) => ({ name: `${i}/1.jpg`, bytes: jpeg }));
    await assertRejects(() => importBytes(makeTar(entries)), TooLargeError, "labels");
    await assertNothingLeft();
  }, { limits: { ...limits, maxClasses: 3 } }));

/** The first half of a tar, then what `after` does. */
function broken(after: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  const images = Array.from({ length: 40 }, (_, i) => ({ name: `${i}`, bytes: png }));
  const half = cut(makeTar(images), 0.5);
  const state = { cancelled: false };
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return after(controller);
      sent = true;
      controller.enqueue(half);
    },
    cancel: () => void (state.cancelled = true),
  });
  return { body, state };
}

const upload = { name: "d", kind: "image", contentType: undefined } as const;

Deno.test("a connection that breaks off half-way leaves nothing", () =>
  withDatasets(async ({ service, assertNothingLeft }) => {
    const { body } = broken((controller) => controller.error(new TypeError("reset")));
    await assertRejects(() => service.import({ ...upload, body }), CancelledError, "broke it off");
    await assertNothingLeft();
  }, { limits }));

Deno.test("a client that goes away half-way leaves nothing", () =>
  withDatasets(async ({ service, assertNothingLeft }) => {
    const client = new AbortController();
    const { body, state } = broken(() => {
      setTimeout(() => client.abort(), 1);
      return new Promise(() => {}) as unknown as void;
    });
    await assertRejects(
      () => service.import({ ...upload, body, signal: client.signal }),
      CancelledError,
    );
    assert(state.cancelled);
    await assertNothingLeft();
  }, { limits }));

Deno.test("a client that stalls half-way is given up and leaves nothing", () =>
  withDatasets(async ({ service, assertNothingLeft }) => {
    const { body, state } = broken(() => new Promise(() => {}) as unknown as void);
    await assertRejects(() => service.import({ ...upload, body }), TimeoutError, "20 milliseconds");
    assert(state.cancelled);
    await assertNothingLeft();
  }, { limits: { ...limits, idleMs: 20 } }));

Deno.test("a client that stalls within a form, a zip or a gzip leaves nothing", () =>
  withDatasets(async ({ service, assertNothingLeft }) => {
    const bodies: [Uint8Array, string | undefined][] = [
      [form.body, form.contentType],
      [zip, undefined],
      [gzip(tar), undefined],
      [gzip(makeIdxImages(40)), undefined],
      [makeCifar([1, 2, 3]), undefined],
      [png, undefined],
    ];
    for (const [bytes, contentType] of bodies) {
      const half = cut(bytes, 0.5);
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(half),
      });
      await assertRejects(
        () => service.import({ ...upload, contentType, body }),
        TimeoutError,
      );
      await assertNothingLeft();
    }
  }, { limits: { ...limits, idleMs: 20 } }));

Deno.test("what fails early does not wait for a client that stalls", () =>
  withDatasets(async ({ service, assertNothingLeft }) => {
    const many = makeTar(Array.from({ length: 90 }, (_, i) => ({ name: `${i}`, bytes: jpeg })));
    const state = { cancelled: false };
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(many),
      cancel: () => void (state.cancelled = true),
    });
    await assertRejects(() => service.import({ ...upload, body }), TooLargeError, "more items");
    assert(state.cancelled);
    await assertNothingLeft();
  }, { limits: { ...limits, idleMs: 60_000 } }));

Deno.test("a store that fails ends the import with its own error and leaves no row", async () => {
  await withDatasets(async ({ blobs }) => {
    for (const failing of ["shard", "manifest"]) {
      const full: BlobStore = Object.create(blobs);
      full.put = async (key, data) => {
        if (!key.includes(failing)) return await blobs.put(key, data);
        const error = new UnavailableError("Cannot store the blob: no space");
        if (data instanceof ReadableStream) await data.cancel(error);
        throw error;
      };
      full.deleteAll = (prefix) => blobs.deleteAll(prefix);
      await withDatasets(async ({ service, store }) => {
        const error = await assertRejects(
          () => service.import({ ...upload, body: streamOf(tar) }),
          UnavailableError,
        );
        assertEquals(error.message, "Cannot store the blob: no space");
        assertEquals(await store.list(), []);
        assertEquals(await Array.fromAsync(blobs.list("datasets")), []);
      }, { blobs: full, limits });
    }
  });
});
