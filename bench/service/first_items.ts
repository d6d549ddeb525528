/** The first members of a plain tar file. @module */

const BLOCK = 512;

/** A member: its header as it is, what the header says, its contents. */
export interface TarMember {
  header: Uint8Array<ArrayBuffer>;
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

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

/** The first `count` members of the tar at `path`, one in memory at a time. */
export async function* firstMembers(path: string, count: number): AsyncGenerator<TarMember> {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
  using file = await Deno.open(path);
  for (let i = 0; i < count; i++) {
    const header = await readExactly(file, BLOCK);
    const size = parseInt(text(header.subarray(124, 136)), 8);
    const padded = await readExactly(file, Math.ceil(size / BLOCK) * BLOCK);
    yield { header, name: text(header.subarray(0, 100)), bytes: padded.slice(0, size) };
  }
}

/** The first `count` members as a tar stream of their own. */
export function firstItems(path: string, count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from((async function* () {
    for await (const { header, bytes } of firstMembers(path, count)) {
      yield header;
      const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
      padded.set(bytes);
      yield padded;
    }
    // Two blocks of zeros end an archive.
    yield new Uint8Array(2 * BLOCK);
  })());
}
