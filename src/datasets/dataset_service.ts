/**
 * Data sets as the routes see them: import, look at, delete.
 *
 * Blobs are written before the row and deleted after it, so a row always has all of its blobs; what
 * a crash leaves in between is blobs without a row, which `src/stores/sweep.ts` deletes.
 *
 * Implements `DatasetService` of `routes/services.ts`.
 *
 * @module
 */
import {
  AlikeError,
  ConflictError,
  InternalError,
  InvalidError,
  NotFoundError,
} from "../errors.ts";
import { clipFrame, type ShownImage } from "../images/clip_frame.ts";
import { encodePng } from "../images/encode_png.ts";
import { decodeNetpbm, isNetpbm } from "../images/netpbm.ts";
import { PixelBudget } from "../images/pixel_budget.ts";
import { FRAMES_MEDIA_TYPE } from "../images/unpack_frames.ts";
import type { LogFields, Logger } from "../log.ts";
import type { Dataset, DatasetItem, DatasetKind } from "../schemas/dataset.ts";
import { Id, Name, newId } from "../schemas/name.ts";
import type { BlobStore } from "../stores/blobs.ts";
import type { DatasetStore } from "../stores/dataset_store.ts";
import { datasetPrefix, shardKey } from "./dataset_blobs.ts";
import { importImages } from "./import_images.ts";
import { type DatasetLimits, defaultLimits } from "./limits.ts";
import { ManifestCache } from "./manifest_cache.ts";

/** What {@linkcode DatasetService} takes. */
export interface DatasetServiceOptions {
  store: DatasetStore;
  blobs: BlobStore;
  /** Those of the configuration; the others have defaults. */
  limits: Pick<DatasetLimits, "maxBytes" | "maxItems" | "maxPixels"> & Partial<DatasetLimits>;
  /** Whether a job that has not ended, or a collection, uses the data set. */
  inUse: (id: string) => Promise<boolean>;
  log: Logger;
  /** Where zips and unfinished manifests are kept. @default {the system's temporary folder} */
  temporaryFolder?: string;
}

/** What an import takes. */
export interface Upload {
  name: string;
  kind: DatasetKind;
  /** The request's Content-Type. */
  contentType: string | undefined;
  body: ReadableStream<Uint8Array>;
  signal?: AbortSignal;
  /** Whose it is, for the log. */
  about?: LogFields;
}

/** Pixels that are decoded at the same time by all imports: some 400 MB at eight bytes each. */
const PIXELS_AT_ONCE = 50_000_000;

/** Imports, lists and deletes data sets. */
export class DatasetService {
  readonly #store: DatasetStore;
  readonly #blobs: BlobStore;
  readonly #limits: DatasetLimits;
  readonly #inUse: (id: string) => Promise<boolean>;
  readonly #log: Logger;
  readonly #temporaryFolder: string | undefined;
  readonly #manifests: ManifestCache;
  readonly #budget = new PixelBudget(PIXELS_AT_ONCE);

  constructor(options: DatasetServiceOptions) {
    this.#store = options.store;
    this.#blobs = options.blobs;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#inUse = options.inUse;
    this.#log = options.log;
    this.#temporaryFolder = options.temporaryFolder;
    this.#manifests = new ManifestCache(options.blobs);
  }

  /**
   * Reads an upload to its end and seals a data set from it. If it throws, nothing stays behind.
   *
   * @throws {InvalidError} If the name is none, or nothing in the upload is usable.
   * @throws {ConflictError} If the name is taken: before anything is read, and again at the end.
   * @throws {TooLargeError} @throws {UnsupportedError} @throws {CorruptError} What is wrong with
   * the upload. @throws {CancelledError} @throws {TimeoutError} If it breaks off.
   */
  async import(upload: Upload): Promise<Dataset> {
    const { name, kind, contentType, body, signal } = upload;
    try {
      checkName(name);
      await this.#store.checkNameIsFree(name);
    } catch (error) {
      await body.cancel(error).catch(() => {});
      throw error;
    }
    const id = newId("ds");
    const began = performance.now();
    try {
      const contents = await importImages({
        id,
        kind,
        body,
        contentType,
        signal,
        blobs: this.#blobs,
        limits: this.#limits,
        budget: this.#budget,
        temporaryFolder: this.#temporaryFolder,
      });
      const dataset = { id, name, kind, ...contents, createdAt: new Date().toISOString() };
      await this.#store.insert(dataset);
      const { count, bytes, skippedCount } = contents;
      const seconds = (performance.now() - began) / 1000;
      this.#log.info("data set imported", {
        ...upload.about,
        datasetId: id,
        name,
        count,
        bytes,
        skippedCount,
        seconds,
      });
      return dataset;
    } catch (error) {
      await this.#deleteBlobs(id);
      if (error instanceof AlikeError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new InternalError(`Cannot import the upload: ${message}`, { cause: error });
    }
  }

  /** Newest first. */
  async list(): Promise<Dataset[]> {
    return await this.#store.list();
  }

  /** By id or name. @throws {NotFoundError} */
  async get(idOrName: string): Promise<Dataset> {
    return await this.#store.get(idOrName);
  }

  /**
   * Items from `offset`, at most `limit`, of one label if given; `total` counts what matches.
   *
   * @throws {NotFoundError}
   */
  async items(
    idOrName: string,
    page: { offset: number; limit: number; label?: string },
  ): Promise<{ total: number; items: DatasetItem[] }> {
    const { id } = await this.#store.get(idOrName);
    return await (await this.#manifests.get(id)).page(page);
  }

  /**
   * One original; raw pixels (netpbm) come as PNG, of frames in a folder comes the first.
   *
   * @throws {NotFoundError}
   */
  async image(
    idOrName: string,
    index: number,
  ): Promise<ShownImage> {
    const { item, bytes } = await this.#original(idOrName, index);
    if (item.mediaType === FRAMES_MEDIA_TYPE) return await this.#frame(item, bytes, 0);
    return await shown(item, bytes);
  }

  /**
   * A frame of a clip, as an image that does not move. An item that is no clip has one: itself.
   *
   * @throws {NotFoundError}
   */
  async frame(idOrName: string, index: number, frame: number): Promise<ShownImage> {
    const { item, bytes } = await this.#original(idOrName, index);
    const frames = item.frames ?? 1;
    if (frame >= frames) {
      throw new NotFoundError(`Cannot find the frame: the item has ${frames}, no number ${frame}`);
    }
    return item.frames === undefined
      ? await shown(item, bytes)
      : await this.#frame(item, bytes, frame);
  }

  /**
   * The bytes of an item as they came, and their media type: a clip with all its frames.
   *
   * @throws {NotFoundError}
   */
  async original(
    idOrName: string,
    index: number,
  ): Promise<ShownImage> {
    const { item, bytes } = await this.#original(idOrName, index);
    return { bytes, mediaType: item.mediaType };
  }

  async #original(
    idOrName: string,
    index: number,
  ): Promise<{ item: DatasetItem; bytes: Uint8Array<ArrayBuffer> }> {
    const { id } = await this.#store.get(idOrName);
    const item = await (await this.#manifests.get(id)).item(index);
    const { shard, offset, length } = item;
    return { item, bytes: await this.#blobs.getRange(shardKey(id, shard), offset, length) };
  }

  async #frame(
    { mediaType, width, height }: DatasetItem,
    bytes: Uint8Array<ArrayBuffer>,
    frame: number,
  ): Promise<ShownImage> {
    const { maxPixels } = this.#limits;
    return await this.#budget.use(
      width * height,
      () => clipFrame(bytes, mediaType, frame, { maxPixels }),
    );
  }

  /**
   * Deletes a data set and its blobs.
   *
   * @throws {NotFoundError} @throws {ConflictError} While a collection or a job that has not ended uses
   * it.
   */
  async delete(idOrName: string): Promise<void> {
    const { id, name } = await this.#store.get(idOrName);
    if (await this.#inUse(id)) {
      throw new ConflictError(
        `Cannot delete the data set: a collection or a job that has not ended uses it, ${name}`,
      );
    }
    await this.#store.delete(id);
    this.#manifests.delete(id);
    await this.#deleteBlobs(id);
  }

  /** What cannot be deleted now is deleted by the sweep at the next start. */
  async #deleteBlobs(id: string): Promise<void> {
    try {
      await this.#blobs.deleteAll(datasetPrefix(id));
    } catch (error) {
      this.#log.warn("blobs of a data set stay until the next start", {
        datasetId: id,
        error: String(error),
      });
    }
  }
}

/** @throws {InvalidError} If it is no name, or looks like an id (then it would never be found). */
function checkName(name: string): void {
  const rule = Id.safeParse(name).success
    ? "must not look like an id"
    : Name.safeParse(name).error?.issues[0]?.message;
  if (rule === undefined) return;
  throw new InvalidError(`Cannot make the data set: its name ${rule}, ${name}`, {
    errors: [{ path: "name", rule, value: name }],
  });
}

/** The original; raw pixels as PNG. */
async function shown(
  { mediaType }: DatasetItem,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ShownImage> {
  if (!isNetpbm(mediaType)) return { bytes, mediaType };
  return { bytes: await encodePng(decodeNetpbm(bytes)), mediaType: "image/png" };
}
