import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { drawTriplets, frameMotion } from "../../../src/data/frame_triplets.ts";
import { Random } from "../../../src/random.ts";

const random = new Random(3);
const DRAWS = 2000;

function draws(motion: number[], gap: number, negatives: number) {
  return Array.from(
    { length: DRAWS },
    (_, i) => drawTriplets(motion, { gap, negatives }, random.stream("triplet", [i])),
  );
}

Deno.test("middles in order lie between the ends, others outside by the gap; one is of each kind", () => {
  for (const frames of [4, 5, 9, 16]) {
    for (const gap of [1, 2, 5]) {
      const all = draws(Array(frames - 1).fill(1), gap, 0.5);
      const widest = Math.min(gap, frames - 3);
      for (const { first, last, middles, inOrder } of all) {
        assertEquals(inOrder.toSorted(), [false, true]);
        const [low, high] = [Math.min(first, last), Math.max(first, last)];
        middles.forEach((middle, i) => {
          assert(middle >= 0 && middle < frames);
          if (inOrder[i]) assert(middle > low && middle < high);
          else assert(middle <= low - widest || middle >= high + widest);
        });
      }
      // Time runs both ways, and neither comes first more often.
      const share = (is: (draw: typeof all[number]) => boolean) => all.filter(is).length / DRAWS;
      assertAlmostEquals(share(({ first, last }) => first < last), 0.5, 0.05);
      assertAlmostEquals(share(({ inOrder }) => inOrder[0]), 0.5, 0.05);
    }
  }
});

Deno.test("as many triplets are out of order as asked for", () => {
  for (const negatives of [0.1, 0.3, 0.75]) {
    const labels = draws(Array(9).fill(1), 1, negatives).flatMap(({ inOrder }) => inOrder);
    assertAlmostEquals(labels.filter((yes) => !yes).length / labels.length, negatives, 0.03);
  }
});

Deno.test("three frames make triplets of all three, in order or not", () => {
  const all = draws([1, 1], 2, 0.5);
  for (const { first, last, middles, inOrder } of all) {
    assertEquals(middles[0], middles[1]);
    assertEquals([first, middles[0], last].toSorted(), [0, 1, 2]);
    assertEquals(inOrder, [middles[0] === 1, middles[0] === 1]);
  }
  assertAlmostEquals(all.filter(({ inOrder }) => inOrder[0]).length / DRAWS, 0.5, 0.05);
});

Deno.test("windows go where the motion is; frames that are the same are not told apart", () => {
  // Nothing moves but between frames 4 and 8.
  const motion = [0, 0, 0, 0, 5, 5, 5, 5, 0, 0, 0];
  for (const { first, last, middles, inOrder } of draws(motion, 1, 0.5)) {
    const travelled = (frame: number) => Math.min(Math.max(frame - 4, 0), 4);
    assert(travelled(first) !== travelled(last));
    middles.forEach((middle, i) => {
      const [low, high] = [Math.min(first, last), Math.max(first, last)];
      const far = inOrder[i]
        ? Math.min(travelled(middle) - travelled(low), travelled(high) - travelled(middle))
        : Math.max(travelled(low) - travelled(middle), travelled(middle) - travelled(high));
      // A window may have room on a still side only; or no frame inside that moved.
      const room = travelled(low) > 0 || travelled(high) < 4;
      if (inOrder[i] ? travelled(high) - travelled(low) > 1 : room) assert(far > 0);
    });
  }
  const still = draws([0, 0, 0, 0], 1, 0.5);
  assert(new Set(still.map(({ first }) => first)).size > 2);
});

Deno.test("motion is the mean absolute difference from frame to frame", () => {
  const pixels = Uint8Array.from([0, 0, 10, 250, 10, 250, 255, 0]);
  assertEquals([...frameMotion(pixels, 4)], [130, 0, 247.5]);
});
