/**
 * The header block of a tar entry (POSIX ustar). Written by ourselves because the manifest must say
 * at which byte each item begins, which no library tells.
 *
 * @module
 */

/** Bytes of a block: the header, and what an entry's content is padded to. */
export const TAR_BLOCK = 512;

const encoder = new TextEncoder();

/**
 * The header of a plain file.
 *
 * @param name ASCII, at most 100 bytes, as the items' numbers are.
 * @param size Bytes of the content, below 8 GiB.
 */
export function tarHeader(name: string, size: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(TAR_BLOCK);
  const put = (at: number, text: string) => header.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0"); // owner
  put(116, "0000000\0"); // group
  put(124, octal(size, 11) + " ");
  put(136, octal(0, 11) + " "); // time: none, so that the same items give the same bytes
  put(156, "0"); // plain file
  put(257, "ustar\0" + "00");
  // The checksum is taken with spaces in its own place.
  put(148, " ".repeat(8));
  put(148, octal(header.reduce((sum, byte) => sum + byte, 0), 6) + "\0 ");
  return header;
}

/** How many zeros follow a content of that many bytes. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
}
