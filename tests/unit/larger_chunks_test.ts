import { assertEquals } from "@std/assert";
import { largerChunks } from "../../client/larger_chunks.ts";

/** Chunks of these lengths, each byte the number of its place. */
function chunksOf(lengths: number[]): Uint8Array<ArrayBuffer>[] {
  let at = 0;
  return lengths.map((length) => Uint8Array.from({ length }, () => at++ % 251));
}

async function put(chunks: Uint8Array<ArrayBuffer>[], bytes: number): Promise<Uint8Array[]> {
  return await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(largerChunks(bytes)));
}

Deno.test("largerChunks: small ones come together, in order, and none is larger than asked", async () => {
  const chunks = chunksOf([3, 4, 2, 0, 7, 1, 9, 5]);
  const put10 = await put(chunks, 10);
  assertEquals(put10.map(({ length }) => length), [9, 8, 9, 5]);
  assertEquals(put10.flatMap((chunk) => [...chunk]), chunks.flatMap((chunk) => [...chunk]));
});

Deno.test("largerChunks: large ones pass after those before them", async () => {
  const chunks = chunksOf([3, 25, 10, 2, 2]);
  const passed = await put(chunks, 10);
  assertEquals(passed.map(({ length }) => length), [3, 25, 10, 4]);
  assertEquals(passed.flatMap((chunk) => [...chunk]), chunks.flatMap((chunk) => [...chunk]));
  assertEquals(await put([], 10), []);
});
