import { assertEquals, assertRejects } from "@std/assert";
import { deflateRawSync } from "node:zlib";
import { ExpansionMeter, MemberError } from "../../../src/datasets/member.ts";
import { isZip, readZip } from "../../../src/datasets/read_zip.ts";
import { TemporaryFile } from "../../../src/datasets/temporary_file.ts";
import { AlikeError, CorruptError, TooLargeError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { makePixels } from "../../support/make_image.ts";
import { makeZip } from "../../support/make_zip.ts";

interface Read {
  name: string;
  size: number | undefined;
  /** The bytes, or why there are none. */
  content: Uint8Array | string;
}

async function read(bytes: Uint8Array, limit = 1e9): Promise<Read[]> {
  await using file = await TemporaryFile.create();
  await file.write(bytes);
  const members: Read[] = [];
  for await (const { name, size, refused, body } of readZip(file, new ExpansionMeter(limit))) {
    members.push({ name, size, content: refused ?? await contentOf(body) });
  }
  return members;
}

async function contentOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array | string> {
  try {
    return concatBytes(await Array.fromAsync(body));
  } catch (error) {
    if (error instanceof MemberError) return error.message;
    throw error;
  }
}

const a = makePixels({ width: 20, height: 13, seed: 1 });
const b = new Uint8Array(100_000).fill(7);

Deno.test("files come in order, stored or deflated, folders do not come", async () => {
  const zip = makeZip([
    { name: "cat/" },
    { name: "cat/a.jpg", bytes: a, method: 0 },
    { name: "größe 🦉", bytes: b },
    { name: "empty", method: 0 },
  ]);
  assertEquals(isZip(zip), true);
  assertEquals(await read(zip), [
    { name: "cat/a.jpg", size: a.length, content: a },
    { name: "größe 🦉", size: b.length, content: b },
    { name: "empty", size: 0, content: new Uint8Array() },
  ]);
});

Deno.test("an archive without a member is read", async () => {
  assertEquals(isZip(makeZip([])), true);
  assertEquals(await read(makeZip([])), []);
});

Deno.test("names without the UTF-8 mark are UTF-8 if they can be, else code page 437", async () => {
  const members = await read(makeZip([
    { name: "größe", flags: 0, bytes: a },
    { name: Uint8Array.from([0x67, 0x94, 0xe1]), flags: 0, bytes: a },
    { name: "a\\b", bytes: a },
    { name: "../x", bytes: a },
    { name: "/x", bytes: a },
  ]));
  assertEquals(members.map(({ name }) => name), ["größe", "göß", "a\\b", "../x", "/x"]);
});

Deno.test("what is no plain file is refused, and what follows it is read", async () => {
  const members = await read(makeZip([
    { name: "link", bytes: a, mode: 0o120777 },
    { name: "device", bytes: a, mode: 0o020666 },
    {
      name: "secret",
      bytes: a,
      method: 0,
      flags: 0x801,
      compressed: concatBytes([b.subarray(0, 12), a]),
    },
    { name: "lzma", bytes: a, method: 14 },
    { name: "a", bytes: a, mode: 0o100644 },
  ]));
  assertEquals(members.map(({ content }) => content), [
    "it is a link",
    "it is no plain file",
    "it is encrypted",
    "it is compressed by method 14, only deflate is supported",
    a,
  ]);
});

Deno.test("a member that is damaged is one, and what follows it is read", async () => {
  const garbage = a.slice();
  const members = await read(makeZip([
    { name: "crc", bytes: a, crc: 1 },
    { name: "stored crc", bytes: a, method: 0, crc: 1 },
    { name: "garbage", bytes: b, compressed: garbage },
    { name: "more than told", bytes: b, size: 10 },
    { name: "less than told", bytes: b, size: b.length + 1 },
    { name: "cut", bytes: b, compressed: deflateRawSync(b).subarray(0, 20) },
    { name: "a", bytes: a },
  ]));
  assertEquals(members.slice(0, 2).map(({ content }) => content), [
    "damaged: its checksum is wrong",
    "damaged: its checksum is wrong",
  ]);
  for (const { name, content } of members.slice(2, 6)) {
    assertEquals(typeof content === "string" && content.startsWith("damaged: "), true, name);
  }
  assertEquals(members.at(-1)!.content, a);
});

Deno.test("a bomb stops at the limit, also one made of many members", async () => {
  const zeros = new Uint8Array(10_000_000);
  await assertRejects(() => read(makeZip([{ name: "a", bytes: zeros }]), 1e6), TooLargeError);
  const small = Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, bytes: b }));
  await assertRejects(() => read(makeZip(small), 1e6), TooLargeError, "1000000");
  // One that lies about its size ends when it has given what it told of.
  const [lying] = await read(makeZip([{ name: "a", bytes: zeros, size: 1000 }]), 1e6);
  assertEquals(typeof lying!.content, "string");
});

Deno.test("an archive that is cut off is corrupt", async () => {
  const zip = makeZip([{ name: "a", bytes: a }, { name: "b", bytes: b }]);
  for (const length of [0, 4, 100, zip.length - 100, zip.length - 1]) {
    await assertRejects(() => read(zip.slice(0, length)), CorruptError, "zip");
  }
});

Deno.test("archives with random damage end in members or in a named error", async () => {
  const zip = makeZip([
    { name: "a", bytes: a },
    { name: "b", bytes: b },
    { name: "c", bytes: a, method: 0 },
  ]);
  const random = new Random(11).stream("damage");
  let failed = 0;
  for (let time = 0; time < 200; time++) {
    const damaged = zip.slice();
    for (let i = 0; i < 1 + time % 4; i++) {
      // Half of the damage goes into the directory at the end, where it does most.
      const from = i % 2 === 0 ? 0 : zip.length - 200;
      damaged[from + random.integer(zip.length - from)] = random.integer(256);
    }
    try {
      await read(damaged, 1e7);
    } catch (error) {
      if (!(error instanceof AlikeError)) throw error;
      failed++;
    }
  }
  assertEquals(failed > 20, true);
});
