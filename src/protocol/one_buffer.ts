/**
 * Arrays as views of one buffer: between threads, moving a buffer costs as much as moving another,
 * whatever its size, and far more than copying what small images have.
 *
 * @module
 */

/** Copies, one after the other, and the buffer that holds them all. */
export function inOneBuffer(
  arrays: readonly Uint8Array[],
): { views: Uint8Array<ArrayBuffer>[]; buffer: ArrayBuffer } {
  const all = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  const views = arrays.map((array) => {
    all.set(array, at);
    return all.subarray(at, at += array.length);
  });
  return { views, buffer: all.buffer };
}
