/** The first members of a tar file, as a tar stream. @module */

const BLOCK = 512;

/** Reads exactly `length` bytes of a file from where it stands. */
async function readExactly(file: Deno.FsFile, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const count = await file.read(bytes.subarray(done));
    if (count === null) throw new Error("the tar file is cut short");
    done += count;
  }
  return bytes;
}

/** Streams the first `count` members of the plain tar at `path`: headers and contents as they are. */
export function firstItems(path: string, count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from((async function* () {
    using file = await Deno.open(path);
    for (let i = 0; i < count; i++) {
      const header = await readExactly(file, BLOCK);
      yield header;
      const size = parseInt(new TextDecoder().decode(header.subarray(124, 136)), 8);
      yield await readExactly(file, Math.ceil(size / BLOCK) * BLOCK);
    }
    // Two blocks of zeros end an archive.
    yield new Uint8Array(2 * BLOCK);
  })());
}
