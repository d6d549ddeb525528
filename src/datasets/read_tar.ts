/** Reads tar archives: ustar, pax and GNU names, as a stream. @module */
import { extract } from "tar-stream";
import { asCorrupt, readAs } from "./as_corrupt.ts";
import { feedWritable } from "./feed_writable.ts";
import type { Member } from "./member.ts";

const BLOCK = 512;

/** Bytes that {@linkcode isTar} looks at. */
export const TAR_MAGIC_BYTES = BLOCK;

/** Whether bytes begin a tar archive that has members: with a header whose checksum is right. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false;
  const field = new TextDecoder("latin1").decode(head.subarray(148, 156));
  const match = /^\s*([0-7]+)[\0 ]/.exec(field);
  if (match === null) return false;
  // The checksum is taken with spaces in its own place.
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += head[i]!;
  return sum === parseInt(match[1]!, 8);
}

/** Bytes that {@linkcode isEmptyTar} looks at: one more than an empty archive has. */
export const EMPTY_TAR_BYTES = 20 * BLOCK + 1;

/**
 * Whether bytes are all of an archive without members: blocks of zeros, twenty as `tar` writes
 * them or fewer. (More zeros may be the black beginning of a CIFAR-10 file.)
 */
export function isEmptyTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && head.length < EMPTY_TAR_BYTES && head.length % BLOCK === 0 &&
    head.every((byte) => byte === 0);
}

/**
 * The members of a tar archive, without its folders.
 *
 * @throws {CorruptError} If it is damaged, or ends without the block of zeros that ends every
 * archive: then it was cut off, even if it was cut off between two members.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<Member> {
  // Archives from before ustar are fine too: the checksum says that a header is one.
  const options = { allowUnknownFormat: true } as object;
  const archive = extract(options);
  let zeros = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      zeros = trailingZeros(chunk, zeros);
      yield chunk;
    }
  }
  void feedWritable(watched(), archive, () => {
    if (zeros < BLOCK) throw new Error("it has no end, so it was cut off");
  });
  try {
    for await (const entry of archive) {
      // To leave a loop over the entry would destroy the archive, so its iterator is used by hand.
      const chunks = (entry as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      const body = { [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) };
      const { name, type, size } = entry.header;
      const refused = refusal(type);
      if (type !== "directory") {
        yield {
          name,
          size,
          body: readAs("tar archive", body),
          ...(refused === undefined ? {} : { refused }),
        };
      }
      while (!(await chunks.next()).done);
    }
  } catch (error) {
    throw asCorrupt("tar archive", error);
  } finally {
    archive.destroy();
  }
}

/** Why an entry of that type is no item, or undefined. */
function refusal(type: string | null): string | undefined {
  switch (type) {
    case "file":
    case "contiguous-file":
    case "directory":
      return undefined;
    case "symlink":
    case "link":
      return "it is a link";
    default:
      return "it is no plain file";
  }
}

/** How many zeros the stream ends with after this chunk, given how many it ended with before. */
function trailingZeros(chunk: Uint8Array, before: number): number {
  let at = chunk.length;
  while (at > 0 && chunk[at - 1] === 0) at--;
  return at === 0 ? before + chunk.length : chunk.length - at;
}
