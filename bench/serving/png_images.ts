/** CIFAR-10 images as PNGs, 32×32. @module */
import { sharp } from "../../src/images/sharp.ts";
import { firstMembers } from "../service/first_items.ts";

/** Where the images of the benchmarks are. */
export const CIFAR10 = Deno.env.get("ALIKE_CIFAR10") ?? "../shared/data/cifar10";

/** The first `count` images. */
export async function pngImages(count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const images: Uint8Array<ArrayBuffer>[] = [];
  for await (const { bytes } of firstMembers(`${CIFAR10}/train.tar`, count * 2)) {
    // Folders are members too.
    if (bytes.length > 0 && images.length < count) {
      images.push(new Uint8Array(await sharp(bytes).png().toBuffer()));
    }
  }
  return images;
}
