/** Resolves preprocessing: how a data set's images become inputs, where a request does not say. @module */
import { isGreyImage } from "../images/is_grey_image.ts";
import type { DatasetItem } from "../schemas/dataset.ts";
import { Preprocessing } from "../schemas/encoder.ts";

/** Reads the items of a data set. */
export interface ItemReader {
  items(id: string, page: { offset: number; limit: number }): Promise<{ items: DatasetItem[] }>;
  image(id: string, index: number): Promise<{ bytes: Uint8Array; mediaType: string }>;
}

/** How many items are looked at for what the images are like. */
const SAMPLE = 16;

/**
 * Size and channels as asked for; else by the first items.
 *
 * @param id The data set's.
 */
export async function resolvePreprocessing(
  request: { imageSize?: number | undefined; channels?: 1 | 3 | undefined },
  datasets: ItemReader,
  id: string,
): Promise<Preprocessing> {
  const { items } = await datasets.items(id, { offset: 0, limit: SAMPLE });
  return Preprocessing.parse({
    size: request.imageSize ?? defaultSize(items),
    channels: request.channels ?? (await areGrey(datasets, id, items) ? 1 : 3),
  });
}

/** Whether none of the items has any colour. */
async function areGrey(
  datasets: ItemReader,
  id: string,
  items: DatasetItem[],
): Promise<boolean> {
  const grey = await Promise.all(items.map(async ({ index, width, height }) => {
    const { bytes, mediaType } = await datasets.image(id, index);
    return await isGreyImage(bytes, mediaType, width * height);
  }));
  return grey.length > 0 && grey.every(Boolean);
}

/** MNIST and its like stay as they are; all else becomes CIFAR's size. */
function defaultSize([first]: DatasetItem[]): number {
  return first !== undefined && Math.max(first.width, first.height) <= 28 ? 28 : 32;
}
