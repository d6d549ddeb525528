import { assertEquals, assertRejects } from "@std/assert";
import { gunzip, isGzip } from "../../../src/datasets/gunzip.ts";
import { DamagedMemberError, ExpansionMeter } from "../../../src/datasets/member.ts";
import { TooLargeError } from "../../../src/errors.ts";
import { concatBytes } from "../../support/concat_bytes.ts";
import { gzip, streamOf } from "../../support/dataset_fixture.ts";
import { makePixels } from "../../support/make_image.ts";

const plain = makePixels({ width: 200, height: 100 });

async function expand(bytes: Uint8Array, limit = 1e9): Promise<Uint8Array> {
  return concatBytes(await Array.fromAsync(gunzip(streamOf(bytes), new ExpansionMeter(limit))));
}

Deno.test("gzip is told by its first bytes and expanded", async () => {
  const packed = gzip(plain);
  assertEquals(isGzip(packed), true);
  assertEquals(isGzip(plain), false);
  assertEquals(isGzip(new Uint8Array()), false);
  assertEquals(await expand(packed), plain);
  assertEquals(await expand(gzip(new Uint8Array())), new Uint8Array());
});

Deno.test("members one after the other and padding are read as gzip reads them", async () => {
  assertEquals(await expand(concatBytes([gzip(plain), gzip(plain)])), concatBytes([plain, plain]));
  assertEquals(await expand(concatBytes([gzip(plain), new Uint8Array(512)])), plain);
});

Deno.test("gzip that is cut off or damaged throws", async () => {
  const packed = gzip(plain);
  for (const length of [3, 11, 30_000, packed.length - 8, packed.length - 1]) {
    await assertRejects(() => expand(packed.slice(0, length)), DamagedMemberError, "damaged gzip");
  }
  const damaged = packed.slice();
  damaged[packed.length - 6]! ^= 1;
  await assertRejects(() => expand(damaged), DamagedMemberError, "damaged gzip");
});

Deno.test("a bomb stops at the limit", async () => {
  const bomb = gzip(new Uint8Array(50_000_000));
  let bytes = 0;
  await assertRejects(
    async () => {
      for await (const chunk of gunzip(streamOf(bomb), new ExpansionMeter(1_000_000))) {
        bytes += chunk.length;
      }
    },
    TooLargeError,
    "1000000",
  );
  assertEquals(bytes <= 1_000_000, true);
});

Deno.test("what the source throws is not taken for damage of the gzip", async () => {
  async function* source() {
    await Promise.resolve();
    yield gzip(plain).subarray(0, 5000);
    throw new TooLargeError("Cannot go on: too much");
  }
  await assertRejects(
    () => Array.fromAsync(gunzip(source(), new ExpansionMeter(1e9))),
    TooLargeError,
    "too much",
  );
});

Deno.test("reading may stop half-way", async () => {
  let ended = false;
  async function* source() {
    try {
      for (;;) {
        await Promise.resolve();
        yield gzip(plain);
      }
    } finally {
      ended = true;
    }
  }
  for await (const _ of gunzip(source(), new ExpansionMeter(1e9))) break;
  await new Promise((done) => setTimeout(done, 5));
  assertEquals(ended, true);
});
