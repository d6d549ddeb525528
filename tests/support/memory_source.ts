/** An item source that holds its items in memory. @module */
import type { ItemSource } from "../../src/data/item_source.ts";
import { encodeNetpbm, netpbmMediaType } from "../../src/images/netpbm.ts";

/** One item of a {@linkcode memorySource}. */
export interface MemoryItem {
  bytes: Uint8Array<ArrayBuffer>;
  mediaType: string;
  label?: string | null;
}

/** The items as a source. */
export function memorySource(items: MemoryItem[]): ItemSource {
  return {
    count: items.length,
    digest: "memory",
    label: (index) => items[index]!.label ?? null,
    itemDigest: (index) => String(index),
    read: (index) => Promise.resolve(items[index]!),
  };
}

/** An RGB or grey netpbm item of one colour. */
export function flatItem(size: number, colour: number[], label: string | null = null): MemoryItem {
  const channels = colour.length as 1 | 3;
  const pixels = Uint8Array.from(
    { length: size * size * channels },
    (_, i) => colour[i % channels]!,
  );
  return {
    bytes: encodeNetpbm({ pixels, width: size, height: size, channels }),
    mediaType: netpbmMediaType(channels),
    label,
  };
}
