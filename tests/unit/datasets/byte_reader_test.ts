import { assertEquals, assertRejects } from "@std/assert";
import { ByteReader } from "../../../src/datasets/byte_reader.ts";

function readerOf(...chunks: number[][]): ByteReader {
  return new ByteReader((async function* () {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield Uint8Array.from(chunk);
    }
  })());
}

const bytes = (...values: number[]) => Uint8Array.from(values);

Deno.test("bytes are read in order across chunks, empty ones too, and end", async () => {
  const reader = readerOf([1], [], [2, 3, 4], [5]);
  assertEquals(await reader.read(2), bytes(1, 2));
  assertEquals(await reader.read(0), bytes());
  assertEquals(await reader.read(1), bytes(3));
  assertEquals(await reader.read(9), bytes(4, 5));
  assertEquals(await reader.read(1), bytes());
});

Deno.test("to peek consumes nothing", async () => {
  const reader = readerOf([1], [2, 3], [4]);
  assertEquals(await reader.peek(2), bytes(1, 2));
  assertEquals(await reader.peek(1), bytes(1));
  assertEquals(await reader.read(1), bytes(1));
  assertEquals(await reader.peek(99), bytes(2, 3, 4));
  assertEquals((await Array.fromAsync(reader.rest())).flatMap((chunk) => [...chunk]), [2, 3, 4]);
  assertEquals(await reader.peek(1), bytes());
});

Deno.test("all is read up to a limit, and no further than the limit", async () => {
  assertEquals(await readerOf([1, 2], [3]).readAll(3), bytes(1, 2, 3));
  assertEquals(await readerOf().readAll(3), bytes());
  assertEquals(await readerOf([1, 2], [3, 4]).readAll(3), undefined);
  let pulled = 0;
  const endless = new ByteReader((async function* () {
    for (;;) {
      await Promise.resolve();
      pulled++;
      yield new Uint8Array(10);
    }
  })());
  assertEquals(await endless.readAll(25), undefined);
  assertEquals(pulled, 3);
});

Deno.test("what the source throws is thrown", async () => {
  const reader = new ByteReader((async function* () {
    await Promise.resolve();
    yield bytes(1);
    throw new RangeError("broken");
  })());
  assertEquals(await reader.peek(1), bytes(1));
  await assertRejects(() => reader.peek(2), RangeError, "broken");
});

Deno.test("what is read is the caller's own", async () => {
  const chunk = bytes(1, 2, 3);
  const reader = readerOf([...chunk]);
  const first = await reader.read(2);
  first.fill(9);
  assertEquals(await reader.read(1), bytes(3));
});
