/**
 * Opens what an upload is packed in: form, gzip, tar, zip. What kind of pack it is is told by how
 * its bytes begin, never by a name; only a form is told by its content type, which carries the
 * boundary.
 *
 * @module
 */
import { ByteReader } from "./byte_reader.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import type { ExpansionMeter, Member } from "./member.ts";
import { isMultipart, readMultipart } from "./read_multipart.ts";
import { EMPTY_TAR_BYTES, isEmptyTar, isTar, readTar, TAR_MAGIC_BYTES } from "./read_tar.ts";
import { isZip, readZip } from "./read_zip.ts";
import { TemporaryFile } from "./temporary_file.ts";

/** What {@linkcode readMembers} takes. */
export interface ReadMembersOptions {
  /** The request's Content-Type. */
  contentType: string | undefined;
  meter: ExpansionMeter;
  /** Where a zip is kept while it is read. */
  temporaryFolder?: string | undefined;
}

/** The name of a body that is an item itself and brings none. */
export const BODY_NAME = "upload";

/**
 * The files in an upload. The parts of a form may be archives; archives within archives stay as
 * they are.
 *
 * @throws {CorruptError} If an archive or form is damaged or cut off. @throws {TooLargeError} By
 * the meter. @throws {InvalidError} If a form's content type names no boundary.
 */
export async function* readMembers(
  source: AsyncIterable<Uint8Array>,
  options: ReadMembersOptions,
): AsyncGenerator<Member> {
  const { contentType } = options;
  if (contentType !== undefined && isMultipart(contentType)) {
    for await (const part of readMultipart(source, contentType)) yield* unpack(part, options);
  } else {
    yield* unpack({ name: BODY_NAME, alone: true, body: source }, options);
  }
}

async function* unpack(member: Member, options: ReadMembersOptions): AsyncGenerator<Member> {
  let reader = new ByteReader(member.body);
  const compressed = isGzip(await reader.peek(3));
  if (compressed) reader = new ByteReader(gunzip(reader.rest(), options.meter));
  let head: Uint8Array;
  try {
    head = await reader.peek(TAR_MAGIC_BYTES);
    if (head[0] === 0 && isEmptyTar(await reader.peek(EMPTY_TAR_BYTES))) return;
  } catch (error) {
    // Damaged from the start: whoever reads the member learns of it there.
    return yield { ...member, body: failing(error) };
  }
  if (isTar(head)) {
    yield* readTar(reader.rest());
  } else if (!compressed && isZip(head)) {
    await using file = await TemporaryFile.create(options.temporaryFolder);
    for await (const chunk of reader.rest()) await file.write(chunk);
    yield* readZip(file, options.meter);
  } else {
    yield { ...member, body: reader.rest() };
  }
}

// deno-lint-ignore require-yield
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  throw error;
}
