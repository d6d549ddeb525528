/**
 * Golden images: the inputs of golden vectors, the same for every model of that input. They have the
 * size the encoder wants, so that what is compared is the model and not how a version of a library
 * scales; and they compress well, since the file carries them.
 *
 * @module
 */
import { encodePng } from "../images/encode_png.ts";
import { Random } from "../random.ts";
import type { Preprocessing } from "../schemas/encoder.ts";

/** A channel's value 0..1 at a place; x and y go from 0 to 1. */
type Picture = (x: number, y: number, channel: number) => number;

const GRID = 8;

/** A slope, a board, a disc and coarse noise: smooth, sharp, curved, and without any order. */
function pictures(): Picture[] {
  const stream = new Random(0).stream("golden");
  const noise = Array.from({ length: GRID * GRID * 3 }, () => stream.uniform());
  const cell = (z: number) => Math.min(GRID - 1, Math.floor(z * GRID));
  return [
    (x, y, c) => [x, y, 1 - x][c]!,
    (x, y, c) => (cell(x) + cell(y)) % 2 === 0 ? 1 - c / 4 : c / 4,
    (x, y, c) => Math.hypot(x - 0.5, y - 0.5) < 0.3 ? 0.9 - c / 3 : 0.2 + c / 3,
    (x, y, c) => noise[(cell(y) * GRID + cell(x)) * 3 + c]!,
  ];
}

/** PNGs. */
export async function goldenImages(
  { size, channels }: Pick<Preprocessing, "size" | "channels">,
): Promise<Uint8Array<ArrayBuffer>[]> {
  return await Promise.all(
    pictures().map((picture) => {
      const pixels = new Uint8Array(size * size * channels);
      for (let i = 0; i < pixels.length; i++) {
        const cell = Math.floor(i / channels);
        const [x, y] = [(cell % size) / (size - 1), Math.floor(cell / size) / (size - 1)];
        pixels[i] = Math.round(255 * picture(x, y, i % channels));
      }
      return encodePng({ pixels, width: size, height: size, channels });
    }),
  );
}
