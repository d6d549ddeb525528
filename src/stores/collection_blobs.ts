/** Where the originals of items are that were added to a collection. @module */

/** The key of an item's original. */
export function collectionBlob(collection: string, blob: string): string {
  return `${collectionPrefix(collection)}/${blob}`;
}

/** All of a collection's originals begin so. */
export function collectionPrefix(collection: string): string {
  return `collections/${collection}`;
}
