/**
 * Finds the items in the files of an upload: images as they are, the images of idx and CIFAR-10
 * files one by one.
 *
 * @module
 */
import { CorruptError } from "../errors.ts";
import { imageMediaType } from "../images/media_type.ts";
import type { RawImage } from "../images/netpbm.ts";
import { ByteReader } from "./byte_reader.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { IdxPairs } from "./idx_pairs.ts";
import type { DatasetLimits } from "./limits.ts";
import { DamagedMemberError, type ExpansionMeter, type Member, MemberError } from "./member.ts";
import { judgeName } from "./member_name.ts";
import {
  CIFAR10_NAMES,
  CIFAR_RECORD,
  cifarRecords,
  isCifar,
  mayBeCifar,
  parseCifarNames,
  readCifar,
} from "./read_cifar.ts";
import { idxKind, readIdxImages, readIdxLabels } from "./read_idx.ts";
import { isTar, TAR_MAGIC_BYTES } from "./read_tar.ts";
import { isZip } from "./read_zip.ts";

/** Where an item's label comes from; what it is, is known when the upload has ended. */
export type LabelSource =
  | { from: "path" }
  /** Image `index` of idx file `file`. */
  | { from: "idx"; file: number; index: number }
  /** Class 0..9. */
  | { from: "cifar"; label: number };

/** What an upload turned out to hold, in its order. */
export type Found =
  | { type: "image"; name: string; bytes: Uint8Array }
  | { type: "raw"; name: string; image: RawImage; label: LabelSource }
  | { type: "skipped"; name: string; reason: string };

const META_NAME = "batches.meta.txt";
const META_BYTES = 4096;

/** Reads members, and remembers what labels need. */
export class ItemReader {
  /** The idx files so far. */
  readonly idx = new IdxPairs();
  /** Names of the CIFAR-10 classes: the upload's own if it has `batches.meta.txt`. */
  cifarNames: readonly string[] = CIFAR10_NAMES;
  readonly #limits: DatasetLimits;
  readonly #meter: ExpansionMeter;

  constructor(limits: DatasetLimits, meter: ExpansionMeter) {
    this.#limits = limits;
    this.#meter = meter;
  }

  /**
   * @throws {CorruptError} If an idx or CIFAR-10 file breaks off after its first images, or
   * the upload is a single damaged file.
   * @throws {UnsupportedError} If the upload is a single file of an unknown format.
   */
  async *read(members: AsyncIterable<Member>): AsyncGenerator<Found> {
    for await (const member of members) {
      const verdict = judgeName(member.name);
      if ("ignore" in verdict) continue;
      if ("refuse" in verdict) {
        yield { type: "skipped", name: member.name, reason: verdict.refuse };
        continue;
      }
      if (member.refused !== undefined) {
        yield { type: "skipped", name: member.name, reason: member.refused };
        continue;
      }
      let begun = false;
      try {
        for await (const found of this.#readMember(member, verdict.use)) {
          begun = true;
          yield found;
        }
      } catch (error) {
        if (!(error instanceof MemberError)) throw error;
        // What came before the damage is imported already: the file cannot be left out any more.
        // And where it is all of the upload, nothing else is left.
        if (begun || (member.alone && error instanceof DamagedMemberError)) {
          throw new CorruptError(`Cannot read ${verdict.use}: ${error.message}`, { cause: error });
        }
        yield { type: "skipped", name: verdict.use, reason: error.message };
      }
    }
  }

  /** The items of one member. @throws {MemberError} If there is none in it. */
  async *#readMember(member: Member, name: string): AsyncGenerator<Found> {
    let reader = new ByteReader(member.body);
    let head = await reader.peek(TAR_MAGIC_BYTES);
    let { size } = member;
    if (isGzip(head)) {
      reader = new ByteReader(gunzip(reader.rest(), this.#meter));
      head = await reader.peek(TAR_MAGIC_BYTES);
      size = undefined;
    }
    if (imageMediaType(head) !== undefined) {
      yield { type: "image", name, bytes: await this.#collect(reader, size) };
      return;
    }
    if (head.length === 0) throw new MemberError("it is empty");
    switch (idxKind(head)) {
      case "images":
        return yield* this.#readIdx(reader, name);
      case "labels":
        this.idx.addLabels(name, await readIdxLabels(reader, this.#limits.maxItems));
        return;
      case "other":
        throw new MemberError("an idx file that holds neither grey images nor labels");
    }
    if (isZip(head) || isTar(head)) throw new MemberError("an archive within an archive");
    if (name.split("/").at(-1) === META_NAME) return await this.#readNames(reader);
    if (member.alone) {
      let i = 0;
      for await (const { image, label } of readCifar(reader)) {
        yield { type: "raw", name: rawName(name, i++, "ppm"), image, label: cifarLabel(label) };
      }
      return;
    }
    if (mayBeCifar(head) && (size === undefined || size % CIFAR_RECORD === 0)) {
      const bytes = await this.#collect(reader, size);
      if (isCifar(bytes)) {
        let i = 0;
        for (const { image, label } of cifarRecords(bytes)) {
          yield { type: "raw", name: rawName(name, i++, "ppm"), image, label: cifarLabel(label) };
        }
        return;
      }
    }
    throw new MemberError(
      name.endsWith(".bin")
        ? `no CIFAR-10 file: not whole records of ${CIFAR_RECORD} bytes with labels below 10`
        : "no image: neither JPEG, PNG, WebP, GIF, idx nor CIFAR-10",
    );
  }

  async *#readIdx(reader: ByteReader, name: string): AsyncGenerator<Found> {
    const { count, images } = await readIdxImages(reader, this.#limits);
    const file = this.idx.addImages(name, count);
    let index = 0;
    for await (const image of images) {
      const label = { from: "idx", file, index } as const;
      yield { type: "raw", name: rawName(name, index++, "pgm"), image, label };
    }
  }

  async #readNames(reader: ByteReader): Promise<void> {
    const names = parseCifarNames(new TextDecoder().decode(await reader.read(META_BYTES)));
    if (names === undefined) throw new MemberError("no list of the ten CIFAR-10 class names");
    this.cifarNames = names;
  }

  /** All of a member's bytes. @throws {MemberError} If they are too many. */
  async #collect(reader: ByteReader, size: number | undefined): Promise<Uint8Array> {
    const { maxItemBytes } = this.#limits;
    const bytes = size !== undefined && size > maxItemBytes
      ? undefined
      : await reader.readAll(maxItemBytes);
    if (bytes === undefined) throw new MemberError(`it has more than ${maxItemBytes} bytes`);
    return bytes;
  }
}

function rawName(member: string, index: number, extension: "pgm" | "ppm"): string {
  return `${member}/${String(index).padStart(5, "0")}.${extension}`;
}

function cifarLabel(label: number): LabelSource {
  return { from: "cifar", label };
}
