import { assertEquals, assertRejects } from "@std/assert";
import { isEmptyTar, isTar, readTar } from "../../../src/datasets/read_tar.ts";
import { AlikeError, CorruptError, TooLargeError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { streamOf } from "../../support/dataset_fixture.ts";
import { makePixels } from "../../support/make_image.ts";
import { gnuNameEntry, makeTar, paxEntry } from "../../support/make_tar.ts";

interface Read {
  name: string;
  refused?: string;
  bytes: Uint8Array;
}

async function read(bytes: Uint8Array, chunk?: number): Promise<Read[]> {
  const members: Read[] = [];
  for await (const { name, refused, body } of readTar(streamOf(bytes, chunk))) {
    const content = concatBytes(await Array.fromAsync(body));
    members.push({ name, bytes: content, ...(refused === undefined ? {} : { refused }) });
  }
  return members;
}

const a = makePixels({ width: 20, height: 13, seed: 1 });
const b = makePixels({ width: 16, height: 32, channels: 1, seed: 2 });

Deno.test("files come in order whatever the chunks, folders do not come", async () => {
  const tar = makeTar([
    { name: "cat/", type: "5" },
    { name: "cat/a.jpg", bytes: a },
    { name: "empty" },
    { name: "b", bytes: b, magic: "gnu" },
    { name: "old", bytes: a, magic: "none" },
  ]);
  for (const chunk of [1, 511, 512, 513, tar.length]) {
    assertEquals(await read(tar, chunk), [
      { name: "cat/a.jpg", bytes: a },
      { name: "empty", bytes: new Uint8Array() },
      { name: "b", bytes: b },
      { name: "old", bytes: a },
    ]);
  }
});

Deno.test("long names are read as pax and GNU write them", async () => {
  const long = `${"ordner/".repeat(40)}größe 🦉.jpg`;
  const members = await read(makeTar([
    paxEntry({ path: long, "SCHILY.xattr.user.x": "a=b\nc" }),
    { name: "short", bytes: a },
    gnuNameEntry(long),
    { name: "short", bytes: b },
    { name: "own", bytes: b },
  ]));
  assertEquals(members.map(({ name }) => name), [long, long, "own"]);
  assertEquals(members.map(({ bytes }) => bytes), [a, b, b]);
});

Deno.test("what is no plain file is refused, and what follows it is read", async () => {
  const members = await read(makeTar([
    { name: "link", type: "2", link: "/etc/passwd" },
    { name: "hard", type: "1", link: "a" },
    { name: "device", type: "3" },
    { name: "pipe", type: "6" },
    { name: "sparse", type: "S", bytes: b },
    { name: "a", bytes: a },
  ]));
  assertEquals(members.map(({ name, refused }) => [name, refused]), [
    ["link", "it is a link"],
    ["hard", "it is a link"],
    ["device", "it is no plain file"],
    ["pipe", "it is no plain file"],
    ["sparse", "it is no plain file"],
    ["a", undefined],
  ]);
});

Deno.test("members that are not read, or not to their end, are passed over", async () => {
  const tar = makeTar([{ name: "a", bytes: a }, { name: "b", bytes: b }, { name: "c", bytes: a }]);
  const names: string[] = [];
  for await (const { name, body } of readTar(streamOf(tar, 100))) {
    names.push(name);
    if (name === "b") { for await (const _ of body) break; }
  }
  assertEquals(names, ["a", "b", "c"]);
});

Deno.test("an archive without a member is read", async () => {
  assertEquals(await read(makeTar([])), []);
});

Deno.test("an archive that is cut off is corrupt, also between two members", async () => {
  const tar = makeTar([{ name: "a", bytes: a }, { name: "b", bytes: b }]);
  const first = 512 + 1024;
  for (const length of [0, 1, 511, 512, 700, first, first + 512, tar.length - 1025]) {
    await assertRejects(() => read(tar.slice(0, length)), CorruptError, "tar");
  }
  await assertRejects(() => read(makeTar([{ name: "a", bytes: a }], { end: false })), CorruptError);
});

Deno.test("a member that tells of more bytes than there are is corrupt", async () => {
  for (const size of [a.length + 5000, 8 * 2 ** 30 - 1]) {
    await assertRejects(() => read(makeTar([{ name: "a", bytes: a, size }])), CorruptError);
  }
});

Deno.test("a pax header beyond all measure is refused before it is read", async () => {
  const tar = makeTar([{ name: "p", type: "x", size: 2 ** 30 }, { name: "a", bytes: a }]);
  await assertRejects(() => read(tar), CorruptError, "Header exceeds max size");
});

Deno.test("an archive whose later headers are garbage is corrupt", async () => {
  const tar = makeTar([{ name: "a", bytes: a }, { name: "b", bytes: b }]);
  tar.fill(0x41, 1536, 1600);
  await assertRejects(() => read(tar), CorruptError, "tar");
});

Deno.test("what the source throws comes through", async () => {
  async function* source() {
    await Promise.resolve();
    yield makeTar([{ name: "a", bytes: a }]).subarray(0, 600);
    throw new TooLargeError("Cannot go on: too much");
  }
  await assertRejects(
    async () => {
      for await (const { body } of readTar(source())) await Array.fromAsync(body);
    },
    TooLargeError,
    "too much",
  );
});

Deno.test("a tar is told by the checksum of its first header", () => {
  const magic = ["ustar", "gnu", "none"] as const;
  for (const kind of magic) {
    assertEquals(isTar(makeTar([{ name: "a", bytes: a, magic: kind }])), true);
  }
  assertEquals(isTar(makeTar([])), false);
  assertEquals(isTar(makeTar([{ name: "a", bytes: a }]).subarray(0, 511)), false);
  assertEquals(isTar(makePixels({ width: 100, height: 100 })), false);
  assertEquals(isTar(new Uint8Array(512).fill(0x20)), false);
});

Deno.test("an empty tar is told by having nothing but zeros, and not too many", () => {
  for (const blocks of [1, 2, 20]) assertEquals(isEmptyTar(new Uint8Array(512 * blocks)), true);
  for (const length of [0, 100, 513, 20 * 512 + 1]) {
    assertEquals(isEmptyTar(new Uint8Array(length)), false);
  }
  assertEquals(isEmptyTar(new Uint8Array(1024).fill(1, 1000)), false);
});

Deno.test("archives with random damage end in members or in a named error", async () => {
  const tar = makeTar([
    paxEntry({ path: "x".repeat(200), size: "512" }),
    { name: "a", bytes: b },
    gnuNameEntry("y".repeat(200)),
    { name: "b", bytes: a },
  ]);
  const random = new Random(7).stream("damage");
  let failed = 0;
  for (let time = 0; time < 300; time++) {
    const damaged = tar.slice(0, time % 3 === 0 ? random.integer(tar.length) : tar.length);
    for (let i = 0; i < 1 + time % 5 && damaged.length > 0; i++) {
      damaged[random.integer(damaged.length)] = random.integer(256);
    }
    // Damage that keeps the checksums right gets further.
    if (time % 2 === 0 && damaged.length >= 1024) {
      const header = 512 * random.integer(Math.floor(damaged.length / 512) - 1);
      damaged.fill(0x20, header + 148, header + 156);
      const sum = damaged.subarray(header, header + 512).reduce((total, byte) => total + byte, 0);
      const text = `${sum.toString(8).padStart(6, "0")}\0 `;
      damaged.set(new TextEncoder().encode(text), header + 148);
    }
    try {
      await read(damaged);
    } catch (error) {
      if (!(error instanceof AlikeError)) throw error;
      failed++;
    }
  }
  assertEquals(failed > 50, true);
});
