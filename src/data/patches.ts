/**
 * Patches: an image cut into a grid of tiles, as the jigsaw pretext shows them to the encoder
 * (Noroozi & Favaro 2016).
 *
 * Tiles are smaller than their cells, and in training lie about in them, so that edges that go on
 * from one tile to the next do not give the answer away.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { InvalidError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { ImageBatch } from "./image_batch.ts";

/** How an image is cut. */
export interface TileOptions {
  /** Tiles a side. */
  grid: number;
  /** Share of a cell's side that is left out between tiles. */
  gap: number;
}

/** How tiles lie in their cells in training. */
export interface JitterOptions extends TileOptions {
  /**
   * Share of the room in its cell that a tile lies anywhere within; the rest is around it. Absent in
   * jobs of before there was a choice.
   *
   * @default {1}
   */
  jitter?: number;
}

/** Where the tiles of a square image lie, in pixels. */
export interface TileGeometry {
  /** Side of a cell; the grid of cells is centred, what is left over is its margin. */
  cell: number;
  /** Side of a tile. */
  tile: number;
  /** First row and column of the first cell. */
  margin: number;
}

/**
 * The geometry of tiles in images of `size` by `size` pixels.
 *
 * @throws {InvalidError} If a cell would be smaller than a pixel.
 */
export function tileGeometry(size: number, { grid, gap }: TileOptions): TileGeometry {
  const cell = Math.floor(size / grid);
  if (cell < 1) {
    throw new InvalidError(`Cannot cut ${size} pixels into ${grid} tiles: they would be empty`);
  }
  const tile = Math.max(1, Math.floor(cell * (1 - gap)));
  return { cell, tile, margin: Math.floor((size - cell * grid) / 2) };
}

/**
 * Draws where each tile lies within its cell.
 *
 * @param random Its stream `tiles` of (epoch, index) is used.
 * @returns [n, grid², 2]: rows and columns from the cell's corner.
 */
export function drawTileOffsets(
  batch: ImageBatch,
  options: JitterOptions,
  random: Random,
): Int32Array {
  const { cell, tile } = tileGeometry(batch.height, options);
  const play = Math.round((cell - tile) * (options.jitter ?? 1));
  const first = Math.floor((cell - tile - play) / 2);
  const perImage = options.grid ** 2 * 2;
  const offsets = new Int32Array(batch.count * perImage);
  for (let i = 0; i < batch.count; i++) {
    const stream = random.stream("tiles", [batch.epoch, batch.indices[i]!]);
    for (let k = 0; k < perImage; k++) offsets[i * perImage + k] = first + stream.integer(play + 1);
  }
  return offsets;
}

/** Which tile goes where. */
export interface TileLayout {
  /** As from {@linkcode drawTileOffsets}. @default {centred} */
  offsets?: Int32Array;
  /**
   * For each image, the cell that each position's tile comes from: of all cells or, the same number
   * an image, of some. @default {all, row by row}
   */
  orders?: readonly ArrayLike<number>[];
}

/**
 * Cuts images into tiles. Not differentiable (nothing before it is trained).
 *
 * @param x [n, s, s, c].
 * @returns [n * k, t, t, c], k the cells of an order: an image's tiles next to each other, in the
 * order of positions.
 * @throws {InvalidError} If the images are not square, or there is not one order an image.
 */
export function extractTiles(
  x: tf.Tensor4D,
  options: TileOptions,
  { offsets, orders }: TileLayout = {},
): tf.Tensor4D {
  const [n, size, width, channels] = x.shape;
  if (size !== width) {
    throw new InvalidError(`Cannot cut into tiles: ${size}×${width} is not square`);
  }
  if (orders !== undefined && orders.length !== n) {
    throw new InvalidError(`Cannot order tiles: ${orders.length} orders for ${n} images`);
  }
  const { grid } = options;
  const { cell, tile, margin } = tileGeometry(size, options);
  const centred = Math.floor((cell - tile) / 2);
  const cells = grid ** 2;
  const tiles = orders?.[0]?.length ?? cells;
  const pixels = new Int32Array(n * tiles * tile * tile);
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let position = 0; position < tiles; position++) {
      const from = orders === undefined ? position : orders[i]![position]!;
      const offset = (i * cells + from) * 2;
      const top = margin + Math.floor(from / grid) * cell + (offsets?.[offset] ?? centred);
      const left = margin + (from % grid) * cell + (offsets?.[offset + 1] ?? centred);
      for (let y = 0; y < tile; y++) {
        const row = (i * size + top + y) * size + left;
        for (let column = 0; column < tile; column++) pixels[next++] = row + column;
      }
    }
  }
  return tf.tidy(() =>
    tf.gather(x.reshape([n * size * size, channels]), tf.tensor1d(pixels, "int32"))
      .reshape([n * tiles, tile, tile, channels])
  );
}
