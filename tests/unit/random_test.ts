import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { philox4x32, Random } from "../../src/random.ts";

Deno.test("philox4x32 gives the known answers of Random123", () => {
  const cases: [number[], [number, number], number[]][] = [
    [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  for (const [counter, key, expected] of cases) {
    const block = Uint32Array.from(counter);
    philox4x32(block, ...key);
    assertEquals([...block], expected);
  }
});

Deno.test("a stream depends on its whole key and on nothing else", () => {
  const draw = (seed: number, purpose: string, key: [number, number, number]) => {
    const stream = new Random(seed).stream(purpose, key);
    return [stream.uint32(), stream.uint32(), stream.uint32(), stream.uint32(), stream.uint32()];
  };
  const base = draw(1, "crop", [2, 3, 4]);
  assertEquals(draw(1, "crop", [2, 3, 4]), base);
  for (
    const other of [
      draw(2, "crop", [2, 3, 4]),
      draw(1, "flip", [2, 3, 4]),
      draw(1, "crop", [3, 3, 4]),
      draw(1, "crop", [2, 4, 4]),
      draw(1, "crop", [2, 3, 5]),
    ]
  ) assertNotEquals(other, base);
});

Deno.test("forks are independent families", () => {
  const random = new Random(7);
  assertNotEquals(random.fork("a").stream("x").uint32(), random.fork("b").stream("x").uint32());
  assertNotEquals(random.fork("a").stream("x").uint32(), random.stream("x").uint32());
  assertEquals(
    random.fork("a").fork("b").stream("x").uint32(),
    new Random(7).fork("a").fork("b").stream("x").uint32(),
  );
  assertNotEquals(
    random.fork("a").fork("b").stream("x").uint32(),
    random.fork("b").fork("a").stream("x").uint32(),
  );
});

Deno.test("uniform and normal have the moments they should", () => {
  const stream = new Random(3).stream("moments");
  const n = 20_000;
  let uniform = 0;
  let normal = 0;
  let square = 0;
  let widest = 0;
  for (let i = 0; i < n; i++) {
    const u = stream.uniform();
    assert(u >= 0 && u < 1);
    uniform += u;
    const x = stream.normal();
    normal += x;
    square += x * x;
    widest = Math.max(widest, Math.abs(stream.truncatedNormal()));
  }
  assertAlmostEquals(uniform / n, 0.5, 0.01);
  assertAlmostEquals(normal / n, 0, 0.03);
  assertAlmostEquals(square / n, 1, 0.05);
  assert(widest <= 2);
});

Deno.test("a permutation holds every number once and each order is as likely", () => {
  const random = new Random(5);
  const order = random.stream("p").permutation(100);
  assertEquals([...order].sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const key = random.stream("small", [i]).permutation(3).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  for (const count of counts.values()) assertAlmostEquals(count, 1000, 150);
});
