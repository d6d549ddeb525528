/** The first images of an ImageFolder tar as an item source. @module */
import type { ItemSource } from "../../src/data/item_source.ts";
import { firstMembers } from "../service/first_items.ts";

/** Reads the first `count` images of a plain tar into memory. */
export async function tarSource(path: string, count: number): Promise<ItemSource> {
  const items: { label: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  for await (const { name, bytes } of firstMembers(path, count)) {
    items.push({ label: name.split("/").at(-2)!, bytes });
  }
  return {
    count: items.length,
    digest: `${path}:${count}`,
    label: (index) => items[index]!.label,
    itemDigest: (index) => `${path}:${index}`,
    read: (index) => Promise.resolve({ bytes: items[index]!.bytes, mediaType: "image/jpeg" }),
  };
}
