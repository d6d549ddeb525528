/**
 * Uploads that break off, and stores that fail under them: nothing stays, nothing hangs.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CancelledError,
  TimeoutError,
  TooLargeError,
  UnavailableError,
} from "../../../src/errors.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { gzip, streamOf, withDatasets } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeIdxImages } from "../../support/make_idx.ts";
import { makeImage } from "../../support/make_image.ts";
import { makeTar } from "../../support/make_tar.ts";
import { makeZip } from "../../support/make_zip.ts";

const jpeg = await makeImage("jpeg", { seed: 1 });
const png = await makeImage("png", { seed: 2, width: 40, height: 40 });
const limits = { maxBytes: 2 ** 20, maxItems: 50, maxPixels: 10_000 };
const entries = [{ name: "a.jpg", bytes: jpeg }, { name: "b.png", bytes: png }];
const form = makeForm(entries);
const tar = makeTar(entries);
const zip = makeZip(entries);
const cut = (bytes: Uint8Array, share: number) => bytes.slice(0, Math.floor(bytes.length * share));

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

Deno.test("a client that goes away after its last byte leaves nothing", () =>
  withDatasets(async ({ blobs }) => {
    const client = new AbortController();
    const late: BlobStore = Object.create(blobs);
    late.put = (key, data) => {
      if (key.endsWith("manifest.jsonl")) client.abort();
      return blobs.put(key, data);
    };
    late.deleteAll = (prefix) => blobs.deleteAll(prefix);
    await withDatasets(async ({ service, store }) => {
      await assertRejects(
        () => service.import({ ...upload, body: streamOf(tar), signal: client.signal }),
        CancelledError,
      );
      assertEquals(await store.list(), []);
      assertEquals(await Array.fromAsync(blobs.list("datasets")), []);
    }, { blobs: late, limits });
  }));

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
