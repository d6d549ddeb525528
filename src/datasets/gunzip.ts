/**
 * Gunzip as a stream. By `node:zlib` and not `DecompressionStream`, which takes neither files of
 * several gzip members (parallel compressors write them) nor padding after the last one.
 *
 * @module
 */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AlikeError } from "../errors.ts";
import { DamagedMemberError, type ExpansionMeter } from "./member.ts";

/** Whether bytes begin a gzip stream. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/**
 * The expanded bytes.
 *
 * @throws {DamagedMemberError} If it is damaged or cut off. @throws {TooLargeError} By the meter.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  meter: ExpansionMeter,
): AsyncGenerator<Uint8Array> {
  const expanded = createGunzip();
  // The error reaches the loop below; the callback only keeps it from being unhandled.
  pipeline(Readable.from(source, { objectMode: false }), expanded, () => {});
  try {
    for await (const chunk of expanded) {
      meter.add(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof AlikeError) throw error;
    throw new DamagedMemberError(`damaged gzip: ${(error as Error).message}`, { cause: error });
  }
}
