/**
 * Reads zip archives. What a zip holds is said at its end, so it must be all there, in a file,
 * before the first member can be read. (The headers in front of each member are not to be trusted:
 * two readers of them can see two different archives.)
 *
 * @module
 */
// @ts-types="@types/yauzl"
import * as yauzl from "yauzl";
import { crc32 } from "node:zlib";
import { AlikeError } from "../errors.ts";
import { asCorrupt } from "./as_corrupt.ts";
import { DamagedMemberError, type ExpansionMeter, type Member } from "./member.ts";
import type { TemporaryFile } from "./temporary_file.ts";

/** Whether bytes begin a zip archive, perhaps an empty one. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b &&
    ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

/**
 * The members of a zip archive, without its folders.
 *
 * @throws {CorruptError} If its directory is damaged or cut off. A member that is damaged by itself
 * throws {@linkcode DamagedMemberError} when it is read.
 */
export async function* readZip(
  file: TemporaryFile,
  meter: ExpansionMeter,
): AsyncGenerator<Member> {
  try {
    // Names are judged by us: one bad name is no reason to refuse the archive.
    const archive = await yauzl.fromFdPromise(file.descriptor, {
      autoClose: false,
      decodeStrings: false,
    });
    archive.on("error", () => {});
    for await (const entry of archive.eachEntry()) {
      const name = nameOf(entry);
      if (name.endsWith("/")) continue;
      const refused = refusal(entry);
      yield {
        name,
        size: entry.uncompressedSize,
        body: read(archive, entry, meter),
        ...(refused === undefined ? {} : { refused }),
      };
    }
  } catch (error) {
    throw asCorrupt("zip archive", error);
  }
}

/** The bytes of a member, checked against its size (by yauzl) and its checksum. */
async function* read(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  meter: ExpansionMeter,
): AsyncGenerator<Uint8Array> {
  let crc = 0;
  try {
    const stream = await archive.openReadStreamPromise(entry);
    // An error after we have stopped reading concerns nobody.
    stream.on("error", () => {});
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        meter.add(chunk.length);
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } finally {
      stream.destroy();
    }
  } catch (error) {
    if (error instanceof AlikeError) throw error;
    throw new DamagedMemberError(`damaged: ${(error as Error).message}`, { cause: error });
  }
  if (crc !== entry.crc32) throw new DamagedMemberError("damaged: its checksum is wrong");
}

/** Code of the Info-ZIP field that holds the name as UTF-8. */
const UNICODE_PATH = 0x7075;
/** Flag of a name in UTF-8. */
const UTF8 = 0x800;

/**
 * The name as text. One that is not marked as UTF-8 ought to be in code page 437, but macOS writes
 * UTF-8 there; text in 437 with letters beyond ASCII is hardly ever valid UTF-8.
 */
function nameOf(entry: yauzl.Entry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  const marked = (generalPurposeBitFlag & UTF8) !== 0 ||
    extraFields.some((field) => field.id === UNICODE_PATH);
  if (!marked) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(fileNameRaw);
    } catch {
      // Code page 437 after all.
    }
  }
  return yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
}

/** Why a member is no item, or undefined. */
function refusal(entry: yauzl.Entry): string | undefined {
  if (entry.isEncrypted()) return "it is encrypted";
  const { compressionMethod } = entry;
  if (compressionMethod !== 0 && compressionMethod !== 8) {
    return `it is compressed by method ${compressionMethod}, only deflate is supported`;
  }
  // The upper half holds the Unix mode, where the archiver knew one.
  const kind = (entry.externalFileAttributes >>> 16) & 0xf000;
  if (kind === 0xa000) return "it is a link";
  if (kind !== 0 && kind !== 0x8000) return "it is no plain file";
  return undefined;
}
