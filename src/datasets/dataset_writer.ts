/**
 * Writes a data set: originals into shards as they come, and the manifest at the end, when the
 * labels are known. Until then what the manifest needs is kept in a temporary file, so that memory
 * holds no more than the items' names.
 *
 * @module
 */
import { InvalidError, TooLargeError } from "../errors.ts";
import { FRAMES_MEDIA_TYPE } from "../images/unpack_frames.ts";
import type { Dataset, DatasetItem, SkippedItem } from "../schemas/dataset.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { CheckedItem } from "./check_items.ts";
import { manifestKey } from "./dataset_blobs.ts";
import { contentDigest, DatasetDigest } from "./dataset_digest.ts";
import { type DatasetLimits, MAX_SKIPPED } from "./limits.ts";
import { CommonFolder, pathLabel } from "./path_label.ts";
import { readLines } from "./read_lines.ts";
import type { LabelSource } from "./read_items.ts";
import { ShardWriter } from "./shard_writer.ts";
import type { TemporaryFile } from "./temporary_file.ts";

/** What {@linkcode DatasetWriter} takes. */
export interface DatasetWriterOptions {
  id: string;
  blobs: BlobStore;
  limits: DatasetLimits;
  /** Empty; closed by the caller. */
  spool: TemporaryFile;
}

/** What is known of a data set when it is written. */
export type DatasetContents = Pick<
  Dataset,
  "count" | "bytes" | "classes" | "unlabelled" | "digest" | "skipped" | "skippedCount"
>;

/** What labels need that do not come from a path. */
export interface LabelTables {
  /** Labels of each idx file, by its number. */
  idx: (Uint8Array | undefined)[];
  /** Names of the CIFAR-10 classes. */
  cifar: readonly string[];
}

/** A line of the spool: an item whose label is not known yet. */
type SpooledItem = Omit<DatasetItem, "label"> & { label: LabelSource };

const EXTENSIONS: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/x-portable-graymap": "pgm",
  "image/x-portable-pixmap": "ppm",
  [FRAMES_MEDIA_TYPE]: "tar",
};

const CHUNK_LETTERS = 64 * 1024;

const encoder = new TextEncoder();

/** Writes one data set. */
export class DatasetWriter {
  readonly #options: DatasetWriterOptions;
  readonly #shards: ShardWriter;
  readonly #names = new Set<string>();
  readonly #common = new CommonFolder();
  readonly #skipped: SkippedItem[] = [];
  #skippedCount = 0;
  #count = 0;
  #bytes = 0;
  #lines = "";

  constructor(options: DatasetWriterOptions) {
    this.#options = options;
    this.#shards = new ShardWriter(options.blobs, options.id);
  }

  /**
   * Adds an item, unless there is one of its name already.
   *
   * @throws {TooLargeError} If it is one too many.
   */
  async add(item: CheckedItem): Promise<void> {
    const { name, bytes, mediaType, width, height, label, frames } = item;
    const { maxItems } = this.#options.limits;
    if (this.#names.has(name)) {
      return this.skip(name, "there is an item of this name already");
    }
    if (this.#count === maxItems) {
      throw new TooLargeError(
        `Cannot import the upload: it has more items than are allowed, ${maxItems}`,
      );
    }
    this.#names.add(name);
    const index = this.#count++;
    this.#bytes += bytes.length;
    if (label.from === "path") this.#common.add(name);
    const member = `${String(index).padStart(8, "0")}.${EXTENSIONS[mediaType] ?? "bin"}`;
    const place = await this.#shards.add(member, bytes);
    const digest = contentDigest(bytes);
    const clip = frames === undefined ? {} : { frames };
    const line = { index, name, label, mediaType, width, height, ...clip, digest, ...place };
    this.#lines += `${JSON.stringify(line satisfies SpooledItem)}\n`;
    if (this.#lines.length >= CHUNK_LETTERS) await this.#spoolLines();
  }

  /** Notes that a member was left out. */
  skip(name: string, reason: string): void {
    this.#skippedCount++;
    if (this.#skipped.length < MAX_SKIPPED) {
      this.#skipped.push({ name: name.slice(0, 200), reason });
    }
  }

  /**
   * Writes the manifest: all that is missing then is the row.
   *
   * @throws {InvalidError} If there is no item. @throws {TooLargeError} If there are too many
   * different labels.
   */
  async seal(tables: LabelTables): Promise<DatasetContents> {
    if (this.#count === 0) throw this.#nothing();
    await this.#shards.close();
    await this.#spoolLines();
    const { blobs, id, spool, limits } = this.#options;
    const digest = new DatasetDigest();
    const classes = new Map<string, number>();
    let unlabelled = 0;
    const depth = this.#common.depth;
    async function* manifest(): AsyncGenerator<Uint8Array> {
      let text = "";
      for await (const line of readLines(spool.read())) {
        const spooled: SpooledItem = JSON.parse(line.text);
        const label = resolveLabel(spooled, depth, tables);
        const item: DatasetItem = { ...spooled, label };
        digest.add(item);
        if (label === null) unlabelled++;
        else classes.set(label, (classes.get(label) ?? 0) + 1);
        if (classes.size > limits.maxClasses) {
          throw new TooLargeError(
            `Cannot import the upload: it has more labels than are allowed, ${limits.maxClasses}`,
          );
        }
        text += `${JSON.stringify(item)}\n`;
        if (text.length >= CHUNK_LETTERS) {
          yield encoder.encode(text);
          text = "";
        }
      }
      yield encoder.encode(text);
    }
    await blobs.put(manifestKey(id), ReadableStream.from(manifest()));
    return {
      count: this.#count,
      bytes: this.#bytes,
      classes: Object.fromEntries([...classes].sort(([a], [b]) => a < b ? -1 : 1)),
      unlabelled,
      digest: digest.finish(),
      skipped: this.#skipped,
      skippedCount: this.#skippedCount,
    };
  }

  /** Stops writing; what is stored already is left to the caller. */
  async abort(reason: unknown): Promise<void> {
    await this.#shards.abort(reason);
  }

  async #spoolLines(): Promise<void> {
    await this.#options.spool.write(encoder.encode(this.#lines));
    this.#lines = "";
  }

  #nothing(): InvalidError {
    const first = this.#skipped.slice(0, 5);
    const because = first.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    const more = this.#skippedCount > first.length ? "; …" : "";
    return new InvalidError(
      `Cannot import the upload: it holds no usable item${because && ` (${because}${more})`}`,
      { errors: first.map(({ name, reason }) => ({ path: "body", rule: reason, value: name })) },
    );
  }
}

function resolveLabel(item: SpooledItem, depth: number, tables: LabelTables): string | null {
  const { label } = item;
  switch (label.from) {
    case "path":
      return pathLabel(item.name, depth);
    case "idx": {
      const value = tables.idx[label.file]?.[label.index];
      return value === undefined ? null : String(value);
    }
    case "cifar":
      return tables.cifar[label.label] ?? null;
    default:
      return label satisfies never;
  }
}
