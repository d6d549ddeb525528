import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { openDataset } from "../../../src/datasets/open_dataset.ts";
import { ConflictError, InvalidError, NotFoundError } from "../../../src/errors.ts";
import { Dataset } from "../../../src/schemas/dataset.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { describeItems, gzip, streamOf, withDatasets } from "../../support/dataset_fixture.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeImage } from "../../support/make_image.ts";
import { makeTar } from "../../support/make_tar.ts";
import { makeZip } from "../../support/make_zip.ts";

const jpeg = await makeImage("jpeg", { seed: 1 });
const png = await makeImage("png", { seed: 2 });
const webp = await makeImage("webp", { seed: 3 });
const gif = await makeImage("gif", { seed: 4 });

const pets = [
  { name: "pets/cat/1.jpg", bytes: jpeg },
  { name: "pets/dog/1.png", bytes: png },
  { name: "pets/dog/2.webp", bytes: webp },
  { name: "pets/3.gif", bytes: gif },
];

Deno.test("a tar of folders becomes a labelled data set, bit for bit", () =>
  withDatasets(async (fixture) => {
    const { service, blobs, importBytes } = fixture;
    const dataset = await importBytes(makeTar(pets), { name: "pets" });
    assertEquals(Dataset.parse(dataset), dataset);
    const { id, digest, createdAt, ...rest } = dataset;
    assertMatch(id, /^ds_/);
    assertMatch(digest, /^[0-9a-f]{64}$/);
    assert(Date.parse(createdAt) <= Date.now());
    assertEquals(rest, {
      name: "pets",
      kind: "image",
      count: 4,
      bytes: jpeg.length + png.length + webp.length + gif.length,
      classes: { cat: 1, dog: 2 },
      unlabelled: 1,
      skipped: [],
      skippedCount: 0,
    });
    assertEquals(await service.get("pets"), dataset);
    assertEquals(await service.get(id), dataset);
    assertEquals(await service.list(), [dataset]);
    assertEquals(await describeItems(fixture, id), [
      ["pets/cat/1.jpg", "cat", "image/jpeg"],
      ["pets/dog/1.png", "dog", "image/png"],
      ["pets/dog/2.webp", "dog", "image/webp"],
      ["pets/3.gif", null, "image/gif"],
    ]);
    for (const [i, { bytes }] of pets.entries()) {
      assertEquals((await service.image(id, i)).bytes, bytes);
    }
    const source = await openDataset(blobs, id);
    assertEquals(source.digest, digest);
    assertEquals((await source.read(2)).bytes, webp);
  }));

Deno.test("however the same images are packed, the data set is the same", () =>
  withDatasets(async (fixture) => {
    const form = makeForm(pets);
    const uploads: { bytes: Uint8Array; contentType?: string }[] = [
      { bytes: makeTar(pets), contentType: "application/x-tar" },
      { bytes: gzip(makeTar(pets)), contentType: "image/png" },
      { bytes: makeZip(pets), contentType: "text/plain" },
      { bytes: form.body, contentType: form.contentType },
      { bytes: makeZip(pets.map((entry) => ({ ...entry, method: 0 }))) },
    ];
    const digests = new Set<string>();
    for (const [i, { bytes, ...more }] of uploads.entries()) {
      const dataset = await fixture.importBytes(bytes, { name: `d${i}`, ...more });
      assertEquals([dataset.count, dataset.classes], [4, { cat: 1, dog: 2 }]);
      digests.add(dataset.digest);
    }
    assertEquals(digests.size, 1);
  }));

Deno.test("the digest tells names, labels, contents and order apart", () =>
  withDatasets(async (fixture) => {
    const variants = [
      pets,
      pets.toReversed(),
      pets.slice(1),
      pets.map((entry, i) => i === 0 ? { ...entry, bytes: png } : entry),
      pets.map((entry, i) => i === 0 ? { ...entry, name: "pets/dog/0.jpg" } : entry),
      pets.map((entry) => ({ ...entry, name: entry.name.slice(5) })),
    ];
    const digests = new Set<string>();
    for (const [i, entries] of variants.entries()) {
      digests.add((await fixture.importBytes(makeTar(entries), { name: `d${i}` })).digest);
    }
    assertEquals(digests.size, variants.length);
  }));

Deno.test("an archive may come in a form, and more than one", () =>
  withDatasets(async (fixture) => {
    const { body, contentType } = makeForm([
      { name: "a.tar", bytes: makeTar([{ name: "cat/1.jpg", bytes: jpeg }]) },
      { name: "b.tgz", bytes: gzip(makeTar([{ name: "dog/1.png", bytes: png }])) },
      { name: "c.zip", bytes: makeZip([{ name: "owl/1.webp", bytes: webp }]) },
      { name: "owl/2.gif", bytes: gif },
    ]);
    const { classes } = await fixture.importBytes(body, { contentType });
    assertEquals(classes, { cat: 1, dog: 1, owl: 2 });
  }));

Deno.test("a single image is a data set of one", () =>
  withDatasets(async (fixture) => {
    const dataset = await fixture.importBytes(jpeg);
    assertEquals(await describeItems(fixture, dataset.id), [["upload", null, "image/jpeg"]]);
  }));

Deno.test("items are paged, of a label too", () =>
  withDatasets(async ({ service, importBytes }) => {
    await importBytes(makeTar(pets), { name: "pets" });
    const page = await service.items("pets", { offset: 1, limit: 1, label: "dog" });
    assertEquals([page.total, page.items.map(({ index }) => index)], [2, [2]]);
    assertEquals((await service.items("pets", { offset: 9, limit: 9 })).items, []);
    await assertRejects(() => service.items("none", { offset: 0, limit: 1 }), NotFoundError);
    await assertRejects(() => service.image("pets", 4), NotFoundError);
    await assertRejects(() => service.original("pets", 4), NotFoundError);
  }));

Deno.test("hundreds of images of every kind are imported in order", () =>
  withDatasets(async (fixture) => {
    const formats = ["jpeg", "png", "webp", "gif"] as const;
    const entries = await Promise.all(Array.from({ length: 300 }, async (_, i) => ({
      name: `${"abcde"[i % 5]}/${i}`,
      bytes: await makeImage(formats[i % 4]!, { seed: i, width: 8 + i % 30 }),
    })));
    const dataset = await fixture.importBytes(makeTar(entries));
    assertEquals(dataset.classes, { a: 60, b: 60, c: 60, d: 60, e: 60 });
    const { items } = await fixture.service.items("d", { offset: 0, limit: 300 });
    assertEquals(items.map(({ name }) => name), entries.map(({ name }) => name));
    assertEquals(items.map(({ width }) => width), entries.map((_, i) => 8 + i % 30));
    const source = await openDataset(fixture.blobs, dataset.id);
    const read = await Promise.all(entries.map((_, i) => source.read(i)));
    assertEquals(
      concatBytes(read.map(({ bytes }) => bytes)),
      concatBytes(entries.map((e) => e.bytes)),
    );
  }));

Deno.test("a name that is none, or an id, is refused before the body is read", () =>
  withDatasets(async ({ service, assertNothingLeft }) => {
    for (const name of ["", "a/b", "..", "x".repeat(101), "ä", "ds_0123456789abcdef"]) {
      let cancelled = false;
      const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
      const error = await assertRejects(
        () => service.import({ name, kind: "image", contentType: undefined, body }),
        InvalidError,
      );
      assertEquals(error.errors.map(({ path, value }) => [path, value]), [["name", name]]);
      assert(cancelled);
    }
    await assertNothingLeft();
  }));

Deno.test("a name that is taken is refused before the body is read", () =>
  withDatasets(async ({ service, importBytes }) => {
    await importBytes(jpeg, { name: "pets" });
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    await assertRejects(
      () => service.import({ name: "pets", kind: "image", contentType: undefined, body }),
      ConflictError,
      "pets",
    );
    assert(cancelled);
  }));

Deno.test("of two imports of one name at the same time one wins, the other leaves nothing", () =>
  withDatasets(async ({ service, importBytes, blobs }) => {
    const results = await Promise.allSettled([
      importBytes(makeTar(pets), { name: "pets" }),
      importBytes(makeTar(pets), { name: "pets" }),
    ]);
    assertEquals(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const lost = results.find((result) => result.status === "rejected");
    assert(lost?.status === "rejected" && lost.reason instanceof ConflictError);
    const [dataset] = await service.list();
    const keys = await Array.fromAsync(blobs.list("datasets"));
    assertEquals(keys.length, 2);
    assert(keys.every((key) => key.startsWith(`datasets/${dataset!.id}/`)));
  }));

Deno.test("a data set that is deleted is gone with its blobs, and its name is free", () =>
  withDatasets(async ({ service, importBytes, assertNothingLeft }) => {
    const first = await importBytes(makeTar(pets), { name: "pets" });
    await service.items("pets", { offset: 0, limit: 1 });
    await service.delete("pets");
    await assertNothingLeft();
    await assertRejects(() => service.get(first.id), NotFoundError);
    await assertRejects(() => service.image(first.id, 0), NotFoundError);
    await assertRejects(() => service.delete("pets"), NotFoundError);
    const second = await importBytes(makeTar(pets), { name: "pets" });
    assertNotEquals(second.id, first.id);
    assertEquals(second.digest, first.digest);
  }));

Deno.test("a data set in use is not deleted", async () => {
  const used = new Set<string>();
  await withDatasets(async ({ service, importBytes }) => {
    const { id } = await importBytes(jpeg, { name: "pets" });
    used.add(id);
    await assertRejects(() => service.delete("pets"), ConflictError, "uses it, pets");
    assertEquals((await service.image("pets", 0)).bytes, jpeg);
    used.clear();
    await service.delete("pets");
  }, { inUse: (id) => Promise.resolve(used.has(id)) });
});

Deno.test("an upload is read while it comes, not kept until its end", () =>
  withDatasets(async ({ service, blobs }) => {
    // Zip is the exception: what it holds is said at its end.
    const tar = makeTar(Array.from({ length: 100 }, (_, i) => ({ name: `${i}`, bytes: png })));
    let release = () => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    let half: string[] = [];
    const body = ReadableStream.from((async function* () {
      yield* streamOf(tar.subarray(0, tar.length / 2));
      await gate;
      yield* streamOf(tar.subarray(tar.length / 2));
    })());
    const importing = service.import({ name: "d", kind: "image", contentType: undefined, body });
    while (half.length === 0) {
      await new Promise((done) => setTimeout(done, 2));
      half = await Array.fromAsync(Deno.readDir(new URL(`${blobs.url}/`)), ({ name }) => name);
      half = half.filter((name) => name === "datasets");
    }
    release();
    assertEquals((await importing).count, 100);
  }));
