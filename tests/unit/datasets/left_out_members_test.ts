/** Uploads of which a part is unusable: it is named with the reason, and the rest is kept. @module */
import { assert, assertEquals } from "@std/assert";
import { concatBytes } from "../../support/concat_bytes.ts";
import { gzip, withDatasets } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeIdx, makeIdxLabels } from "../../support/make_idx.ts";
import { makeImage } from "../../support/make_image.ts";
import { gnuNameEntry, makeTar, paxEntry, type TarEntry } from "../../support/make_tar.ts";
import { makeZip, type ZipEntry } from "../../support/make_zip.ts";

const jpeg = await makeImage("jpeg", { seed: 1 });
const png = await makeImage("png", { seed: 2, width: 40, height: 40 });
const text = (value: string) => new TextEncoder().encode(value);
const good = { name: "good.jpg", bytes: jpeg };
const limits = { maxBytes: 2 ** 20, maxItems: 50, maxPixels: 10_000 };
const tar = makeTar([good, { name: "b.png", bytes: png }]);
const zip = makeZip([good, { name: "b.png", bytes: png }]);

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
      { name: "cut.png", bytes: png.slice(0, png.length / 2) },
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
