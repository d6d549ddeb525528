/** What is shown of an objective is what its encoder sees: told from the pixels of the picture. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { packFrames } from "../../../src/datasets/pack_frames.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { FRAMES_MEDIA_TYPE } from "../../../src/images/unpack_frames.ts";
import { previewViews } from "../../../src/inference/preview_views.ts";
import { RELATIVE_NEIGHBOURS } from "../../../src/objectives/relative_position.ts";
import { Preprocessing } from "../../../src/schemas/encoder.ts";
import { ObjectiveSpec } from "../../../src/schemas/objective.ts";
import { AugmentOptions } from "../../../src/schemas/recipe.ts";
import type { ViewsPreviewSpec } from "../../../src/schemas/views_preview.ts";
import { makeFrames } from "../../support/make_clip.ts";
import { picturePanels, type ReadPanel } from "../../support/picture_panels.ts";
import { onBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const SIZE = 24;
/** As they come: what is not the objective's doing is left away. */
const UNCHANGED = AugmentOptions.parse({ crop: null, flip: 0, jitter: null, grey: 0 });

/** Each pixel another colour, none near black or white. */
const PIXELS = Uint8Array.from(
  { length: SIZE * SIZE * 3 },
  (_, i) => 40 + (37 * Math.floor(i / 3) + 61 * (i % 3)) % 170,
);

async function specOf(
  objective: unknown,
  change: Partial<ViewsPreviewSpec> = {},
): Promise<ViewsPreviewSpec> {
  return {
    images: [await encodePng({ pixels: PIXELS, width: SIZE, height: SIZE, channels: 3 })],
    mediaTypes: ["image/png"],
    indices: [7],
    preprocessing: Preprocessing.parse({ size: SIZE, channels: 3 }),
    augment: UNCHANGED,
    objective: ObjectiveSpec.parse(objective),
    frames: null,
    views: 1,
    seed: 2,
    ...change,
  };
}

/** The panels of the only row, without the original. */
async function panelsOf(
  spec: ViewsPreviewSpec,
  grid?: Parameters<typeof picturePanels>[2],
): Promise<ReadPanel[]> {
  const options = { maxPixels: 1e6, signal: new AbortController().signal };
  const [row] = await picturePanels(await previewViews(spec, options), spec.preprocessing, grid);
  return row!.slice(1);
}

/** Byte by byte, but for what rounding to float32 and back does. */
function assertNear(actual: ArrayLike<number> | null | undefined, expected: ArrayLike<number>) {
  assert(actual != null && actual.length === expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert(Math.abs(actual[i]! - expected[i]!) <= 1, `${i}: ${actual[i]}, not ${expected[i]}`);
  }
}

/** Part of the image. */
function part(top: number, left: number, side: number): Uint8Array {
  return Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 3 / side), Math.floor(i / 3) % side];
    return PIXELS[((top + y) * SIZE + left + x) * 3 + i % 3]!;
  });
}

/** Mean 0 and spread 1 by channel, then as preprocessing has it: mean 1/2, spread 1/4. */
function evened(pixels: Uint8Array): number[] {
  const moments = [0, 1, 2].map((c) => {
    const values = [...pixels].filter((_, i) => i % 3 === c);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    return { mean, spread: Math.sqrt(variance) };
  });
  return Array.from(pixels, (value, i) => {
    const { mean, spread } = moments[i % 3]!;
    return Math.min(255, Math.max(0, 255 * (0.5 + (value - mean) / spread / 4)));
  });
}

Deno.test("simclr: two views an item, others at the next draw", () =>
  onBackend("wasm simd", async () => {
    const augment = AugmentOptions.parse({});
    const panels = await panelsOf(await specOf({ name: "simclr" }, { augment, views: 2 }));
    assertEquals(panels.map(({ caption }) => caption), ["view 1", "view 2", "view 1", "view 2"]);
    assertEquals(new Set(panels.map(({ cells: [cell] }) => cell!.join())).size, 4);
    // The same that the recipe's preview shows.
    const plain = await specOf({ name: "simclr" }, { augment, views: 2, objective: null });
    assertEquals(await panelsOf(plain), panels.slice(0, 2));
  }));

Deno.test("rotation: four turns, each with its label", () =>
  onBackend("wasm simd", async () => {
    const panels = await panelsOf(await specOf({ name: "rotation" }));
    const captions = [0, 90, 180, 270].map((degrees) => `turned by ${degrees}°`);
    assertEquals(panels.map(({ caption }) => caption), captions);
    let expected = PIXELS;
    for (const { cells: [cell] } of panels) {
      assertNear(cell, expected);
      const before = expected;
      // Counter-clockwise: what was at the right end of a row is on top of its column.
      expected = Uint8Array.from(before, (_, i) => {
        const [y, x] = [Math.floor(i / 3 / SIZE), Math.floor(i / 3) % SIZE];
        return before[(x * SIZE + SIZE - 1 - y) * 3 + i % 3]!;
      });
    }
    const [one] = await panelsOf(await specOf({ name: "rotation", rotations: 1 }));
    assertEquals(one, panels.find(({ caption }) => caption === one!.caption));
  }));

for (const backend of ["wasm simd" as const, ...WEBGPU_BACKENDS]) {
  Deno.test(`jigsaw: tiles where the permutation puts them, ${backend}`, () =>
    onBackend(backend, async () => {
      const grid = { columns: 3, lines: 3, side: 8 };
      const spec = await specOf(
        { name: "jigsaw", grid: 3, permutations: 10, gap: 0, normalise: false },
        { views: 2 },
      );
      const panels = await panelsOf(spec, grid);
      assertEquals(panels.length, 2);
      assertNotEquals(panels[0], panels[1]);
      for (const { caption, cells } of panels) {
        const order = /^order (\d+) of 10: ([1-9 ]+)$/.exec(caption)![2]!.split(" ").map(Number);
        order.forEach((cell, position) => {
          const [line, column] = [Math.floor((cell - 1) / 3), (cell - 1) % 3];
          assertNear(cells[position], part(8 * line, 8 * column, 8));
        });
      }
    }));
}

Deno.test("relative position: patches at their places, of one mean and spread", () =>
  onBackend("wasm simd", async () => {
    const grid = { columns: 3, lines: 3, side: 6 };
    // Cells of 8 pixels, patches of 6 in their middle.
    const objective = { name: "relative-position", gap: 0.25, jitter: 0, colours: "keep" };
    const [all] = await panelsOf(await specOf(objective), grid);
    all!.cells.forEach((cell, i) =>
      assertNear(cell, evened(part(8 * Math.floor(i / 3) + 1, 8 * (i % 3) + 1, 6)))
    );
    const [one] = await panelsOf(await specOf({ ...objective, neighbours: 1 }), grid);
    const shown = one!.cells.flatMap((cell, i) => cell === null ? [] : [i]);
    assertEquals(shown.length, 2);
    assert(shown.includes(4) && RELATIVE_NEIGHBOURS.some((cell) => shown.includes(cell)));
    for (const i of shown) assertEquals(one!.cells[i], all!.cells[i]);

    // Green against magenta is gone: 2g - r - b is the same everywhere.
    const [grey] = await panelsOf(await specOf({ ...objective, colours: "project" }), grid);
    for (const cell of grey!.cells) {
      for (let i = 0; i < cell!.length; i += 3) {
        const [red, green, blue] = cell!.subarray(i, i + 3);
        if ([red, green, blue].some((value) => value === 0 || value === 255)) continue;
        assert(Math.abs(2 * green! - red! - blue!) <= 3);
      }
    }
    // Where they lie about, not all patches lie where they did.
    const [jittered] = await panelsOf(await specOf({ ...objective, jitter: 1 }), grid);
    assertNotEquals(jittered!.cells, all!.cells);
  }));

Deno.test("context encoder: the image around its hole, and what is to be in it", () =>
  onBackend("wasm simd", async () => {
    const objective = { name: "context-encoder", mask: "centre", area: 0.25, overlap: 1 / SIZE };
    const panels = await panelsOf(await specOf(objective));
    const [seen, counted] = panels.map(({ cells: [cell] }) => cell!);
    const expected = { seen: PIXELS.slice(), counted: PIXELS.slice() };
    for (let i = 0; i < PIXELS.length; i++) {
      const [y, x] = [Math.floor(i / 3 / SIZE), Math.floor(i / 3) % SIZE];
      const within = (from: number, to: number) => [y, x].every((at) => at >= from && at < to);
      // Preprocessing's mean is what is seen of nothing.
      if (within(6, 18)) expected.seen[i] = 128;
      if (!within(5, 19)) expected.counted[i] = 128;
    }
    assertNear(seen, expected.seen);
    assertNear(counted, expected.counted);
  }));

for (const name of ["denoising-autoencoder", "stacked-denoising-autoencoder"]) {
  Deno.test(`${name}: the noisy image and the clean one`, () =>
    onBackend("wasm simd", async () => {
      const noise = { kind: "masking", level: 0.3 };
      const panels = await panelsOf(await specOf({ name, noise }));
      assertEquals(panels.map(({ caption }) => caption), ["seen", "to be given back"]);
      const [noisy, clean] = panels.map(({ cells: [cell] }) => cell!);
      assertNear(clean, PIXELS);
      let masked = 0;
      for (let i = 0; i < PIXELS.length; i += 3) {
        const pixel = [...noisy!.subarray(i, i + 3)];
        if (pixel.every((value) => Math.abs(value - 127.5) <= 1)) masked++;
        else assertNear(pixel, PIXELS.subarray(i, i + 3));
      }
      assert(Math.abs(masked / SIZE ** 2 - 0.3) < 0.08, `${masked}`);
    }));
}

Deno.test("autoencoder: the image, which is to be given back", () =>
  onBackend("wasm simd", async () => {
    const [only, ...more] = await panelsOf(await specOf({ name: "autoencoder" }));
    assertEquals(more, []);
    assertNear(only!.cells[0], PIXELS);
  }));

Deno.test("frame order: two triplets of a clip's frames, labelled by their order", () =>
  onBackend("wasm simd", async () => {
    const greys = [20, 45, 70, 95, 120, 145, 170, 195];
    const clip = packFrames(await makeFrames({ width: SIZE, height: SIZE, greys }));
    const objective = { name: "frame-order", frames: 8, normalise: false };
    const spec = await specOf(objective, {
      images: [clip],
      mediaTypes: [FRAMES_MEDIA_TYPE],
      frames: 8,
      views: 3,
    });
    const panels = await panelsOf(spec, { columns: 3, lines: 1, side: SIZE });
    assertEquals(panels.length, 6);
    const triplets = panels.map(({ caption, cells }) => {
      const frames = cells.map((cell) => {
        assert(cell!.every((value) => Math.abs(value - cell![0]!) <= 1));
        return greys.findIndex((grey) => Math.abs(grey - cell![0]!) <= 1);
      });
      const [first, middle, last] = frames;
      const between = (first! - middle!) * (middle! - last!) > 0;
      assertEquals(caption, between ? "in order" : "out of order");
      return frames;
    });
    for (let draw = 0; draw < 6; draw += 2) {
      const [one, other] = triplets.slice(draw, draw + 2);
      assertEquals([one![0], one![2]], [other![0], other![2]]);
      assertNotEquals(one![1], other![1]);
    }
  }));

Deno.test("frame order: frames are made of a still image, each another view of it", () =>
  onBackend("wasm simd", async () => {
    const spec = await specOf({ name: "frame-order" });
    const panels = await panelsOf(spec, { columns: 3, lines: 1, side: SIZE });
    assertEquals(panels.map(({ caption }) => caption).sort(), ["in order", "out of order"]);
    const frames = panels.flatMap(({ cells }) => cells.map((cell) => cell!.join()));
    assertEquals(new Set(frames).size, 4);
    assertEquals(await panelsOf(spec, { columns: 3, lines: 1, side: SIZE }), panels);
  }));
