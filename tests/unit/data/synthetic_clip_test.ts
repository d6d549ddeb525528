import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { ImageBatch } from "../../../src/data/image_batch.ts";
import {
  type CameraOptions,
  type CameraPath,
  drawCameraPath,
  progressAt,
  renderFrame,
} from "../../../src/data/synthetic_clip.ts";
import { Random } from "../../../src/random.ts";

const random = new Random(5);
const SIZE = 24;
const DEFAULTS: CameraOptions = { pan: 1, zoom: 1.6, turn: 30 };

/** A pixel's value says where it is: red its column, green its row, blue nothing. */
function ramp(): ImageBatch {
  const pixels = new Uint8Array(SIZE * SIZE * 3);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) pixels.set([10 * x, 10 * y, 77], (y * SIZE + x) * 3);
  }
  const indices = Uint32Array.of(0);
  return { pixels, count: 1, height: SIZE, width: SIZE, channels: 3, indices, epoch: 0 };
}

function paths(options: CameraOptions, count = 500): CameraPath[] {
  return Array.from(
    { length: count },
    (_, i) => drawCameraPath(random.stream("camera", [i]), options),
  );
}

function render(path: CameraPath, time: number): Uint8Array {
  const target = new Uint8Array(SIZE * SIZE * 3);
  renderFrame(ramp(), 0, path, time, target);
  return target;
}

Deno.test("a frame is a view into the image: where each of its pixels is from is as the pose says", () => {
  for (const path of paths(DEFAULTS, 20)) {
    for (const time of [0, 0.3, 1]) {
      const t = progressAt(path, time);
      const at = (field: "x" | "y" | "logSide" | "angle") =>
        (1 - t) * path.from[field] + t * path.to[field];
      const side = Math.exp(at("logSide"));
      const [cos, sin] = [Math.cos(at("angle")), Math.sin(at("angle"))];
      const room = (1 - side * (Math.abs(cos) + Math.abs(sin))) / 2;
      const frame = render(path, time);
      for (const [row, column] of [[0, 0], [0, 23], [23, 0], [23, 23], [11, 7]] as const) {
        const u = (column + 0.5) / SIZE - 0.5;
        const v = (row + 0.5) / SIZE - 0.5;
        const x = (0.5 + at("x") * room + side * (cos * u - sin * v)) * SIZE - 0.5;
        const y = (0.5 + at("y") * room + side * (sin * u + cos * v)) * SIZE - 0.5;
        assert(x >= -0.5 && x <= SIZE - 0.5 && y >= -0.5 && y <= SIZE - 0.5);
        const [red, green, blue] = frame.subarray((row * SIZE + column) * 3);
        assertAlmostEquals(red!, 10 * Math.min(23, Math.max(0, x)), 0.51);
        assertAlmostEquals(green!, 10 * Math.min(23, Math.max(0, y)), 0.51);
        assertEquals(blue, 77);
      }
    }
  }
});

Deno.test("each motion goes either way as often, is at least half the most, and no frame is the image", () => {
  const all = paths(DEFAULTS, 2000);
  for (const field of ["x", "y", "logSide", "angle"] as const) {
    const moved = all.map(({ from, to }) => to[field] - from[field]);
    const most = { x: 2, y: 2, logSide: Math.log(1.6), angle: Math.PI / 6 }[field];
    assertAlmostEquals(moved.filter((by) => by > 0).length / moved.length, 0.5, 0.05, field);
    for (const by of moved) {
      assert(Math.abs(by) >= most / 2 - 1e-9 && Math.abs(by) <= most + 1e-9, field);
    }
    // Neither end is the rest position more often: their means agree.
    const mean = (end: "from" | "to") =>
      all.reduce((sum, path) => sum + path[end][field], 0) / all.length;
    assertAlmostEquals(mean("from"), mean("to"), 0.06 * most, field);
  }
  for (const { from, to } of all) assert(Math.max(from.logSide, to.logSide) <= Math.log(0.95));
});

Deno.test("no statistic of single frames tells their order: sharpness and contrast rise as often as fall", () => {
  const spread = (frame: Uint8Array) => {
    const values = Array.from({ length: SIZE * SIZE }, (_, i) => frame[3 * i]!);
    return Math.max(...values) - Math.min(...values);
  };
  let rises = 0;
  const all = paths(DEFAULTS, 400);
  for (const path of all) if (spread(render(path, 1)) > spread(render(path, 0))) rises++;
  assertAlmostEquals(rises / all.length, 0.5, 0.1);
});

Deno.test("the camera never turns back, at an even pace or not", () => {
  for (const path of paths(DEFAULTS, 50)) {
    for (let k = 0; k < 20; k++) {
      assert(progressAt(path, (k + 1) / 20) - progressAt(path, k / 20) > 0.01);
    }
    assertEquals([progressAt(path, 0), progressAt(path, 1)], [0, 1]);
  }
});

Deno.test("a motion that is not asked for does not happen", () => {
  for (const { from, to } of paths({ pan: 0, zoom: 1, turn: 20 }, 20)) {
    assertEquals([from.x, from.logSide], [to.x, to.logSide]);
    assert(from.angle !== to.angle);
  }
});
