// Weights as the tiles read them: panels of 16 (at the end 8) output channels, k by k.
import { copyFloats, zeroFloats } from "./band";

/** How wide the next panel is when `rest` channels are left. */
// @ts-ignore: decorator
@inline
export function panelWidth(rest: i32): i32 {
  return rest > 8 ? 16 : 8;
}

/** Packs a matrix of `k` rows and `columns` columns; columns beyond are zero. */
export function convPack(w: usize, k: i32, columns: i32, packed: usize): void {
  for (let j = 0; j < columns; j += 16) {
    const panel = panelWidth(columns - j);
    const used = min(panel, columns - j);
    let row = w + (<usize>j << 2);
    for (let i = 0; i < k; i++) {
      copyFloats(packed, row, used);
      zeroFloats(packed + (<usize>used << 2), panel - used);
      packed += <usize>panel << 2;
      row += <usize>columns << 2;
    }
  }
}

/**
 * Packs the weights [height, width, inChannels, outChannels] for the input gradient: every
 * `strideY`-th row from `firstY` on and every `strideX`-th column from `firstX` on, in reverse
 * order, inputs and outputs exchanged.
 */
export function convPackGradient(
  w: usize, height: i32, width: i32, inChannels: i32, outChannels: i32, firstY: i32, firstX: i32,
  strideY: i32, strideX: i32, packed: usize,
): void {
  const lastY = firstY + (height - 1 - firstY) / strideY * strideY;
  const lastX = firstX + (width - 1 - firstX) / strideX * strideX;
  const input = <usize>outChannels << 2;
  for (let j = 0; j < inChannels; j += 16) {
    const panel = panelWidth(inChannels - j);
    const used = min(panel, inChannels - j);
    for (let y = lastY; y >= firstY; y -= strideY) {
      for (let x = lastX; x >= firstX; x -= strideX) {
        let column = w + <usize>((y * width + x) * inChannels + j) * input;
        for (let o = 0; o < outChannels; o++) {
          let weight = column;
          for (let i = 0; i < used; i++) {
            store<f32>(packed + (<usize>i << 2), load<f32>(weight));
            weight += input;
          }
          zeroFloats(packed + (<usize>used << 2), panel - used);
          packed += <usize>panel << 2;
          column += 4;
        }
      }
    }
  }
}
