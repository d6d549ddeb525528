/**
 * A tar of files, put together by the browser without reading them: a Blob of headers and of the
 * files themselves, which are only read while it is sent.
 *
 * @module
 */

const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * @param {{path: string, file: Blob}[]} entries
 * @returns {Blob}
 */
export function tarOf(entries) {
  const parts = [];
  for (const { path, file } of entries) {
    const name = encoder.encode(path);
    if (name.length > 100) {
      // A name too long for the old header goes before the file, as GNU tar does it.
      parts.push(header(encoder.encode("././@LongLink"), name.length + 1, "L"), name);
      parts.push(new Uint8Array(padding(name.length + 1) + 1));
    }
    parts.push(header(name.subarray(0, 100), file.size, "0"), file);
    parts.push(new Uint8Array(padding(file.size)));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: "application/x-tar" });
}

function padding(size) {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function header(name, size, type) {
  const bytes = new Uint8Array(BLOCK);
  const text = (value, at) => bytes.set(encoder.encode(value), at);
  bytes.set(name, 0);
  text("0000644\0", 100);
  text("0000000\0", 108);
  text("0000000\0", 116);
  text(`${size.toString(8).padStart(11, "0")}\0`, 124);
  text("00000000000\0", 136);
  text("        ", 148);
  text(type, 156);
  text("ustar\u000000", 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  text(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}
