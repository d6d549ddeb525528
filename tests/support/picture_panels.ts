/** The small pictures of a preview again, at their own size. @module */
import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import type { ViewsPicture } from "../../src/schemas/views_preview.ts";

/** A panel with the bytes of its cells, line by line; null: there is nothing. */
export interface ReadPanel {
  caption: string;
  cells: (Uint8Array | null)[];
}

/**
 * Reads every panel, and demands that they do not overlap, that what is between them is white, and
 * that each pixel is a square of one colour.
 *
 * @param size Side of the originals.
 * @param grid Cells a line and a column of a panel, and their side. @default {one of `size`}
 */
export async function picturePanels(
  picture: ViewsPicture,
  { size, channels }: { size: number; channels: 1 | 3 },
  grid: { columns: number; lines: number; side: number } = { columns: 1, lines: 1, side: size },
): Promise<ReadPanel[][]> {
  const { data, info } = await sharp(picture.png).raw().toBuffer({ resolveWithObject: true });
  assertEquals([info.width, info.height], [picture.width, picture.height]);
  const scale = picture.rows[0]![0]!.width / size;
  assert(Number.isInteger(scale) && scale >= 1);
  const seen = new Uint8Array(info.width * info.height);
  const read = (left: number, top: number, side: number) => {
    const pixels = new Uint8Array(side * side * channels);
    for (let y = 0; y < side * scale; y++) {
      for (let x = 0; x < side * scale; x++) {
        const at = (top + y) * info.width + left + x;
        assertEquals(seen[at]!++, 0, "cells overlap");
        for (let c = 0; c < channels; c++) {
          const to = (Math.floor(y / scale) * side + Math.floor(x / scale)) * channels + c;
          const value = data[at * info.channels + c]!;
          if (y % scale === 0 && x % scale === 0) pixels[to] = value;
          else assert(pixels[to] === value, "a pixel is no square");
        }
      }
    }
    return pixels;
  };
  const rows = picture.rows.map((panels) =>
    panels.map(({ caption, left, top, width }, i): ReadPanel => {
      const { columns, lines, side } = i === 0 ? { columns: 1, lines: 1, side: size } : grid;
      const gap = columns === 1 ? 0 : (width - columns * side * scale) / (columns - 1);
      const pitch = side * scale + gap;
      const cells = Array.from({ length: columns * lines }, (_, k) => {
        const pixels = read(
          left + (k % columns) * pitch,
          top + Math.floor(k / columns) * pitch,
          side,
        );
        return pixels.every((value) => value === 255) ? null : pixels;
      });
      return { caption, cells };
    })
  );
  for (let at = 0; at < seen.length; at++) {
    if (seen[at] === 0) assertEquals(data[at * info.channels], 255, "something is between cells");
  }
  return rows;
}
