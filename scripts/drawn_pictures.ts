/** Pictures for the documentation, drawn here: each has an up and a down, a left and a right. @module */
import { encodePng } from "../src/images/encode_png.ts";

/** A colour at x, y of a square of 64 by 64. */
type Drawing = (x: number, y: number) => [number, number, number];

/** A house below a hill, in the sun. */
function house(x: number, y: number): [number, number, number] {
  if (x > 14 && x < 34 && y > 34 && y < 54) {
    return x > 20 && x < 27 && y > 42
      ? [70, 45, 30]
      : Math.floor(y) % 4 === 0
      ? [150, 60, 50]
      : [190, 80, 60];
  }
  if (y > 22 && y <= 34 && Math.abs(x - 24) < y - 21) return [90, 90, 110];
  if (Math.hypot(x - 50, y - 13) < 8) return [250, 220, 90];
  if (y > 44 + 6 * Math.sin(x / 9)) return [60, 120 + (3 * x + 5 * y) % 30, 60];
  return [120 + y, 170 + y, 235];
}

/** A boat that sails to the right, under a moon. */
function boat(x: number, y: number): [number, number, number] {
  const hull = y > 42 && y < 50 && x > 12 + (y - 42) && x < 54 - (y - 42) * 1.5;
  if (hull) return y < 45 ? [230, 225, 215] : [150, 70, 45];
  if (Math.abs(x - 31) < 0.9 && y > 10 && y <= 42) return [80, 60, 45];
  if (y > 12 && y < 40 && x > 32 && x - 32 < (y - 12) * 0.62) return [235, 120, 60];
  if (y > 16 && y < 40 && x < 30 && 30 - x < (y - 16) * 0.5) return [245, 240, 225];
  if (Math.hypot(x - 12, y - 11) < 6 && Math.hypot(x - 15, y - 10) > 5) return [250, 240, 190];
  const sea = 48 + 1.5 * Math.sin(x / 3);
  if (y > sea) return [20, 70 + 12 * Math.sin(x / 2 + y), 110 + (y - sea)];
  return [70 + 2 * y, 60 + 2 * y, 120 + y];
}

/** By name. */
export const DRAWINGS = { house, boat };

/** A drawing as PNG, `size` pixels a side. */
export function drawnPicture(drawing: Drawing, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const colours = Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)].map((at) => at * 64 / size);
    return drawing(x!, y!);
  });
  const pixels = Uint8Array.from(colours.flat());
  return encodePng({ pixels, width: size, height: size, channels: 3 });
}
