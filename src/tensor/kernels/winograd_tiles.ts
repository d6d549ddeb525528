/**
 * The tiles of Winograd's minimal filtering: sizes along one axis. `scripts/winograd_filterings.ts`
 * has their transforms.
 *
 * @module
 */

/** Sizes of a tile along one axis; it has as many places and weights along the other. */
export interface WinogradTile {
  /** What the kernels call it. */
  kind: number;
  /** Weights of the filter. */
  taps: number;
  /** Outputs of a tile. */
  outputs: number;
  /** Inputs that a tile sees. */
  inputs: number;
  /** From the first input of a tile to the first of the next. */
  step: number;
  /** Places of a transformed tile: each has a product of its own. */
  places: number;
  /** Places of the transformed weights; the places beyond have the weights of the last. */
  weights: number;
}

/** F(2x2, 3x3): 16 products for 4 outputs, where the direct way has 36. */
export const TILE_2: WinogradTile = {
  kind: 0,
  taps: 3,
  outputs: 2,
  inputs: 4,
  step: 2,
  places: 4,
  weights: 4,
};

/** F(4x4, 3x3): 36 products for 16 outputs (144). */
export const TILE_4: WinogradTile = {
  kind: 1,
  taps: 3,
  outputs: 4,
  inputs: 6,
  step: 4,
  places: 6,
  weights: 6,
};

/**
 * 3x3 at stride 2. Along an axis, the even inputs see two weights, which F(4, 2) filters with five
 * products for four outputs; the odd ones see one, and are multiplied as they are. 81 products for
 * 16 outputs (144).
 */
export const TILE_DOWN: WinogradTile = {
  kind: 2,
  taps: 3,
  outputs: 4,
  inputs: 9,
  step: 8,
  places: 9,
  weights: 6,
};

/** The input gradient of 3x3 at stride 2, the same way: 81 products for 64 outputs (144). */
export const TILE_UP: WinogradTile = {
  kind: 3,
  taps: 3,
  outputs: 8,
  inputs: 5,
  step: 4,
  places: 9,
  weights: 6,
};

/** F(2x2, 5x5): 36 products for 4 outputs (100). */
export const TILE_FIVE: WinogradTile = {
  kind: 4,
  taps: 5,
  outputs: 2,
  inputs: 6,
  step: 2,
  places: 6,
  weights: 6,
};
