import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { drawHole, holeWeights } from "../../../src/data/holes.ts";
import { Random } from "../../../src/random.ts";

const SIZE = 32;
const draw = (mask: "centre" | "random-block" | "free-form", area: number, key = 0, size = SIZE) =>
  drawHole({ mask, area }, size, new Random(1).stream("hole", [key]));
const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);

Deno.test("a hole in the centre is a square in the middle", () => {
  const hole = draw("centre", 0.25);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      assertEquals(hole[y * SIZE + x], y >= 8 && y < 24 && x >= 8 && x < 24 ? 1 : 0);
    }
  }
});

Deno.test("blocks and strokes take the area that was asked for, and differ from image to image", () => {
  for (const mask of ["random-block", "free-form"] as const) {
    for (const area of [0.02, 0.25, 0.6]) {
      for (let key = 0; key < 20; key++) {
        assertEquals(sum(draw(mask, area, key)), Math.round(area * SIZE * SIZE), mask);
      }
    }
    assertNotEquals(draw(mask, 0.25, 0), draw(mask, 0.25, 1));
    assertEquals(draw(mask, 0.25, 5), draw(mask, 0.25, 5));
  }
});

Deno.test("however small the image, there is a hole and something around it", () => {
  for (const mask of ["centre", "random-block", "free-form"] as const) {
    for (const size of [2, 3, 8]) {
      for (const area of [0.02, 0.6]) {
        const filled = sum(draw(mask, area, 3, size));
        assert(filled >= 1 && filled < size * size, `${mask} ${size} ${area}: ${filled}`);
      }
    }
  }
});

Deno.test("the rim of a hole weighs what it should, the rest nothing", () => {
  const hole = new Float32Array(64);
  hole[3 * 8 + 3] = 1;
  hole[0] = 1;
  const weights = holeWeights(hole, 8, 2, 10);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const at = y * 8 + x;
      const near = Math.max(Math.abs(y - 3), Math.abs(x - 3)) <= 2 || Math.max(y, x) <= 2;
      assertEquals(weights[at], hole[at] === 1 ? 1 : near ? 10 : 0);
    }
  }
  assertEquals(holeWeights(hole, 8, 0, 10), hole);
});
