/** Uploads of clips: what becomes one, what is left out and why, and what the loader makes of them. @module */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { packImages } from "../../../src/data/pack_images.ts";
import { PackedImages } from "../../../src/data/packed_images.ts";
import { openDataset } from "../../../src/datasets/open_dataset.ts";
import { InvalidError } from "../../../src/errors.ts";
import { unpackFrames } from "../../../src/images/unpack_frames.ts";
import { describeItems, withDatasets } from "../../support/dataset_fixture.ts";
import { makeCifar } from "../../support/make_cifar.ts";
import { makeAnimation, makeFrames } from "../../support/make_clip.ts";
import { makeForm } from "../../support/make_form.ts";
import { makeImage } from "../../support/make_image.ts";
import { makeTar, type TarEntry } from "../../support/make_tar.ts";
import { makeZip } from "../../support/make_zip.ts";

const greys = [0, 50, 100, 150, 200];
const gif = await makeAnimation("gif", { greys: [0, 64, 128, 192] });
const webp = await makeAnimation("webp", { greys });
const frames = await makeFrames({ greys });
const clip = { kind: "clip" as const };

function folder(name: string, files: Uint8Array[], first = 1): TarEntry[] {
  return files.map((bytes, i) => ({
    name: `${name}/${String(i + first).padStart(4, "0")}.png`,
    bytes,
  }));
}

Deno.test("animations and folders of frames are one item each, labelled by their folder", () =>
  withDatasets(async (fixture) => {
    const dataset = await fixture.importBytes(
      makeTar([
        { name: "all/", type: "5" },
        { name: "all/run/a.gif", bytes: gif },
        ...folder("all/run/one", frames),
        ...folder("all/walk/two", frames.slice(0, 3)),
        { name: "all/walk/b.webp", bytes: webp },
      ]),
      clip,
    );
    assertEquals(dataset.kind, "clip");
    assertEquals(dataset.classes, { run: 2, walk: 2 });
    assertEquals(dataset.skippedCount, 0);
    assertEquals(await describeItems(fixture, "d"), [
      ["all/run/a.gif", "run", "image/gif"],
      ["all/run/one", "run", "application/x-tar"],
      ["all/walk/two", "walk", "application/x-tar"],
      ["all/walk/b.webp", "walk", "image/webp"],
    ]);
    const { items } = await fixture.service.items("d", { offset: 0, limit: 9 });
    assertEquals(items.map(({ frames }) => frames), [4, 5, 3, 5]);
    assertEquals(items.map(({ width, height }) => [width, height]), Array(4).fill([16, 12]));
  }));

Deno.test("the bytes are kept as they came; the picture of a folder is its first frame", () =>
  withDatasets(async ({ importBytes, service, blobs }) => {
    const { id } = await importBytes(
      makeTar([{ name: "a.gif", bytes: gif }, ...folder("b", frames)]),
      clip,
    );
    const source = await openDataset(blobs, id);
    assertEquals((await source.read(0)).bytes, gif);
    assertEquals(unpackFrames((await source.read(1)).bytes), frames);
    assertEquals(await service.image("d", 0), { bytes: gif, mediaType: "image/gif" });
    assertEquals(await service.image("d", 1), { bytes: frames[0]!, mediaType: "image/png" });
    assertEquals(await service.original("d", 0), await source.read(0));
    assertEquals(await service.original("d", 1), await source.read(1));
  }));

Deno.test("frames are in the order of their numbers, whatever the order of the archive", () =>
  withDatasets(async ({ importBytes, blobs }) => {
    const shuffled = [9, 10, 2, 11, 1].map((number, i) => ({
      name: `c/f${number}.png`,
      bytes: frames[i]!,
    }));
    const { id, unlabelled } = await importBytes(makeZip(shuffled), clip);
    assertEquals(unlabelled, 1);
    const { bytes } = await (await openDataset(blobs, id)).read(0);
    assertEquals(unpackFrames(bytes), [4, 2, 0, 1, 3].map((i) => frames[i]!));
  }));

Deno.test("what is no clip is named with the reason, the rest is kept", () =>
  withDatasets(async ({ importBytes }) => {
    const wide = await makeFrames({ width: 17, greys: [9] });
    const dataset = await importBytes(
      makeTar([
        { name: "good.gif", bytes: gif },
        { name: "two.gif", bytes: await makeAnimation("gif", { greys: [1, 99] }) },
        {
          name: "huge.gif",
          bytes: await makeAnimation("gif", {
            width: 99,
            height: 99,
            greys: greys.concat(75, 255),
          }),
        },
        { name: "cut.webp", bytes: webp.slice(0, webp.length - 20) },
        { name: "alone.png", bytes: frames[0]! },
        ...folder("two", frames.slice(0, 2)),
        ...folder("mixed", [...frames.slice(0, 3), ...wide]),
        ...folder("broken", [...frames.slice(0, 3), frames[3]!.slice(0, 60)]),
        ...folder("split", frames.slice(0, 4)),
        { name: "other/cover.png", bytes: frames[0]! },
        ...folder("whole", frames),
        ...folder("split", frames.slice(4), 5),
        { name: "notes.txt", bytes: new TextEncoder().encode("hello") },
        { name: "batch.bin", bytes: makeCifar([1, 2]) },
      ]),
      clip,
    );
    assertEquals(dataset.count, 3);
    const reasons = Object.fromEntries(dataset.skipped.map(({ name, reason }) => [name, reason]));
    const expected: Record<string, RegExp> = {
      "two.gif": /it has 2 frames, at least 3/,
      "huge.gif": /7 frames of 99 by 99 pixels, at most 50000/,
      "cut.webp": /cut|corrupt|damaged|parse/,
      "alone.png": /in no folder/,
      "two": /it has 2 frames/,
      "mixed": /differ in size, 16 by 12 and 17 by 12 pixels \(mixed\/0004\.png\)/,
      "broken": /broken\/0004\.png/,
      "other/cover.png": /number in its name/,
      "split/0005.png": /came before/,
      "notes.txt": /no image/,
      "batch.bin/00000.ppm": /no clip/,
      "batch.bin/00001.ppm": /no clip/,
    };
    assertEquals(Object.keys(reasons).sort(), Object.keys(expected).sort());
    for (const [name, pattern] of Object.entries(expected)) assertMatch(reasons[name]!, pattern);
  }, { limits: { maxBytes: 2 ** 24, maxItems: 100, maxPixels: 50_000 } }));

Deno.test("a form of animations is a data set of clips; one of stills is refused with the reason", () =>
  withDatasets(async ({ importBytes, assertNothingLeft }) => {
    const still = makeForm([{ name: "a.png", bytes: await makeImage("png") }]);
    const refused = await assertRejects(
      () => importBytes(still.body, { ...clip, contentType: still.contentType }),
      InvalidError,
    );
    assertMatch(refused.message, /no usable item \(a\.png: a single image in no folder/);
    await assertNothingLeft();
    const form = makeForm([{ name: "a.gif", bytes: gif }, { name: "b.webp", bytes: webp }]);
    const { count } = await importBytes(form.body, { ...clip, contentType: form.contentType });
    assertEquals(count, 2);
  }));

Deno.test("a folder of more bytes than an item may have is left out, and the memory let go", () =>
  withDatasets(async ({ importBytes }) => {
    const dataset = await importBytes(
      makeTar([...folder("a", frames), { name: "b.gif", bytes: gif }]),
      clip,
    );
    assertEquals(dataset.skipped, [{ name: "a", reason: "its frames have more than 300 bytes" }]);
  }, {
    limits: {
      maxBytes: 2 ** 24,
      maxItems: 9,
      maxPixels: 1e6,
      maxItemBytes: Math.max(300, gif.length),
    },
  }));

Deno.test("the loader packs frames, thinned evenly with both ends; as images clips are their first", () =>
  withDatasets(async ({ importBytes, blobs }) => {
    const long = await makeAnimation("webp", { greys: [0, 10, 20, 30, 40, 50, 60, 70, 80] });
    const { id } = await importBytes(
      makeTar([
        ...folder("a", frames),
        { name: "b.webp", bytes: long },
        ...folder("c", frames.slice(2)),
      ]),
      clip,
    );
    const source = await openDataset(blobs, id);
    const options = { size: 4, channels: 3 as const, maxPixels: 1e6 };
    const packed = await packImages(source, { ...options, frames: 4 });
    const firsts = (pixels: Uint8Array, each = 48) =>
      Array.from({ length: pixels.length / each }, (_, i) => pixels[i * each]!);
    const { clips, pixels } = packed.gather([1, 2, 0], 0);
    assert(clips !== undefined);
    assertEquals(firsts(pixels), [0, 100, 0]);
    assertEquals([...clips.counts], [4, 3, 4]);
    assertEquals(firsts(clips.pixels), [0, 30, 50, 80, 100, 150, 200, 0, 0, 50, 150, 200]);
    const shared = PackedImages.fromShared(structuredClone(packed.share()!));
    assertEquals(shared.gather([2], 0).clips, packed.gather([2], 0).clips);
    packed.close();
    const images = await packImages(source, options);
    assertEquals(images.gather([0, 1, 2], 0).clips, undefined);
    assertEquals(firsts(images.gather([0, 1, 2], 0).pixels), [0, 0, 100]);
    images.close();
  }));

Deno.test("a folder of more frames than a clip may have is left out, and so is an animation", () =>
  withDatasets(async ({ importBytes }) => {
    const [tiny] = await makeFrames({ width: 1, height: 1, greys: [7] });
    const long = Array.from({ length: 2001 }, (_, i) => i % 2 === 0 ? 0 : 255);
    const dataset = await importBytes(
      makeTar([
        ...folder("long", Array(2001).fill(tiny)),
        {
          name: "long.gif",
          bytes: await makeAnimation("gif", { width: 1, height: 1, greys: long }),
        },
        { name: "good.gif", bytes: gif },
      ]),
      clip,
    );
    assertEquals(dataset.skipped, [
      { name: "long", reason: "it has more than 2000 frames" },
      {
        name: "long.gif",
        reason: "Cannot read the clip: it has 2001 frames, at most 2000 are allowed",
      },
    ]);
  }));
