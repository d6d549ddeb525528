/**
 * Little images whose class can be told from their shape: what learning tests learn from.
 *
 * @module
 */
import type { ImageBatch } from "../../src/data/image_batch.ts";
import type { ItemSource } from "../../src/data/item_source.ts";
import { encodeNetpbm, netpbmMediaType } from "../../src/images/netpbm.ts";
import { Random } from "../../src/random.ts";

/** Draws image `index` of class `index % 4`: a bright quadrant, a bar, a cross or a ring, noisy. */
export function syntheticPixels(index: number, size: number, channels: 1 | 3): Uint8Array {
  const stream = new Random(99).stream("synthetic", [index]);
  const kind = index % 4;
  const middle = (size - 1) / 2;
  const shiftX = stream.integer(3) - 1;
  const shiftY = stream.integer(3) - 1;
  const tint = Array.from({ length: channels }, () => 0.6 + 0.4 * stream.uniform());
  const pixels = new Uint8Array(size * size * channels);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dx = x - middle - shiftX;
      const dy = y - middle - shiftY;
      const radius = Math.hypot(dx, dy) / size;
      const on = [
        dx < 0 && dy < 0,
        Math.abs(dy + size / 6) < size / 8,
        Math.abs(dx) < size / 12 || Math.abs(dy) < size / 12,
        radius > 0.22 && radius < 0.36,
      ][kind]!;
      for (let c = 0; c < channels; c++) {
        const value = (on ? 200 : 40) * tint[c]! + stream.normal(0, 12);
        pixels[(y * size + x) * channels + c] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  return pixels;
}

/** A batch of the first `count` images. */
export function syntheticBatch(count: number, size: number, channels: 1 | 3): ImageBatch {
  const each = size * size * channels;
  const pixels = new Uint8Array(count * each);
  for (let i = 0; i < count; i++) pixels.set(syntheticPixels(i, size, channels), i * each);
  return {
    pixels,
    count,
    height: size,
    width: size,
    channels,
    indices: Uint32Array.from({ length: count }, (_, i) => i),
    epoch: 0,
  };
}

/** Images `first` to `first + count - 1` as a data set labelled by class. */
export function syntheticSource(
  count: number,
  size: number,
  channels: 1 | 3,
  options: { first?: number; labelled?: boolean } = {},
): ItemSource {
  const first = options.first ?? 0;
  const names = ["quadrant", "bar", "cross", "ring"];
  return {
    count,
    digest: `synthetic-${first}-${count}-${size}-${channels}`,
    label: (index) => options.labelled === false ? null : names[(first + index) % 4]!,
    itemDigest: (index) => `item-${first + index}`,
    read: (index) => {
      const pixels = syntheticPixels(first + index, size, channels);
      const bytes = encodeNetpbm({ pixels, width: size, height: size, channels });
      return Promise.resolve({ bytes, mediaType: netpbmMediaType(channels) });
    },
  };
}
