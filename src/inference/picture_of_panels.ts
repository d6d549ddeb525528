/**
 * A picture of panels: rows of grids of small square pictures, side by side.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";
import { encodePng } from "../images/encode_png.ts";
import type { RawImage } from "../images/netpbm.ts";
import type { PreviewPanel, ViewsPicture } from "../schemas/views_preview.ts";

/** Pixels between two cells, and between panels that do not go together. */
const GAP = 2;
const WIDE_GAP = 8;
/** Small images are shown at the largest whole multiple of their size that is no larger. */
const SIDE = 96;
/** Most pixels of a picture: 50 MB of colour while it is drawn. */
const MOST_PIXELS = 2 ** 24;

/** A grid of square pictures, as bytes row by row, channels last. */
export interface PixelPanel {
  caption: string;
  /** Of each picture, pixels. */
  side: number;
  columns: number;
  /** Line by line; null: none. */
  cells: readonly (ArrayLike<number> | null)[];
  /** Whether the next panel is set apart from it. */
  last: boolean;
}

/** By how much all pictures are enlarged where the original has that side. */
function scaleOf(size: number): number {
  return Math.max(1, Math.floor(SIDE / size));
}

/** Where the panels of the rows are; all rows have panels of the same sizes. */
function layOut(rows: number, panels: readonly PixelPanel[], scale: number) {
  const extent = (cells: number, { side }: PixelPanel) => cells * (side * scale + GAP) - GAP;
  const lines = ({ cells, columns }: PixelPanel) => Math.ceil(cells.length / columns);
  const height = Math.max(...panels.map((panel) => extent(lines(panel), panel)));
  let left = GAP;
  const places = panels.map((panel) => {
    const place = { left, width: extent(panel.columns, panel) };
    left += place.width + (panel.last ? WIDE_GAP : GAP);
    return { ...place, height: extent(lines(panel), panel) };
  });
  return {
    places,
    top: (row: number) => GAP + row * (height + GAP),
    width: Math.max(...places.map(({ left, width }) => left + width)) + GAP,
    height: GAP + rows * (height + GAP),
  };
}

/**
 * Refuses a picture that would be too large, by what its rows are like.
 *
 * @param size Side of the originals. @throws {InvalidError}
 */
export function checkPictureSize(rows: number, panels: readonly PixelPanel[], size: number): void {
  const { width, height } = layOut(rows, panels, scaleOf(size));
  if (width * height <= MOST_PIXELS) return;
  const rule = `must be less, or items or views fewer: the picture would have ${
    width * height
  } pixels, at most ${MOST_PIXELS} are drawn`;
  throw new InvalidError(`Cannot draw the picture: imageSize ${rule}, ${size}`, {
    errors: [{ path: "imageSize", rule, value: size }],
  });
}

/** Draws the rows, on white. */
export async function pictureOfPanels(
  rows: readonly (readonly PixelPanel[])[],
  { size, channels }: { size: number; channels: 1 | 3 },
): Promise<ViewsPicture> {
  const scale = scaleOf(size);
  const layout = layOut(rows.length, rows[0]!, scale);
  const { width, height } = layout;
  const pixels = new Uint8Array(width * height * channels).fill(255);
  const picture: RawImage = { pixels, width, height, channels };
  const places = rows.map((panels, row) =>
    panels.map((panel, i): PreviewPanel => {
      const place = { ...layout.places[i]!, top: layout.top(row) };
      const pitch = panel.side * scale + GAP;
      panel.cells.forEach((cell, k) => {
        if (cell === null) return;
        const top = place.top + Math.floor(k / panel.columns) * pitch;
        paste(picture, cell, panel.side, scale, top, place.left + (k % panel.columns) * pitch);
      });
      return { caption: panel.caption, ...place };
    })
  );
  return { png: await encodePng(picture), width, height, rows: places };
}

/** Puts a square of pixels into a picture, each pixel as a square of `scale`. */
function paste(
  picture: RawImage,
  pixels: ArrayLike<number>,
  side: number,
  scale: number,
  top: number,
  left: number,
): void {
  const { width, channels } = picture;
  for (let y = 0; y < side * scale; y++) {
    for (let x = 0; x < side * scale; x++) {
      const from = (Math.floor(y / scale) * side + Math.floor(x / scale)) * channels;
      const to = ((top + y) * width + left + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        picture.pixels[to + channel] = pixels[from + channel]!;
      }
    }
  }
}
