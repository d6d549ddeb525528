/**
 * Blobs as files in a folder.
 *
 * A blob is written to a temporary file, synced, and renamed onto its key; then the folder is
 * synced, since a rename alone may be lost with the power. Temporary names contain `~`, which no
 * key can, so nothing else ever sees them.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  AlikeError,
  ConflictError,
  CorruptError,
  InternalError,
  InvalidError,
  NotFoundError,
  UnavailableError,
} from "../errors.ts";
import { type BlobStore, checkKey } from "./blobs.ts";

/** Marks a temporary file. */
const UNFINISHED = "~";

/** A folder of blobs. */
export class FileBlobs implements BlobStore {
  readonly url: string;
  /** Without a slash at its end. */
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.url = pathToFileURL(root).href;
  }

  /** Opens the folder of a `file:` URL, or makes it. @throws {UnavailableError} */
  static async open(url: string): Promise<FileBlobs> {
    const root = fileURLToPath(url).replace(/\/+$/, "");
    const blobs = new FileBlobs(root);
    try {
      await Deno.mkdir(root, { recursive: true });
    } catch (error) {
      throw named(error, "open", url);
    }
    return blobs;
  }

  async put(key: string, data: Uint8Array | ReadableStream<Uint8Array>): Promise<number> {
    const path = this.#path(key);
    const folder = path.slice(0, path.lastIndexOf("/"));
    const temporary = `${path}${UNFINISHED}${Deno.pid}-${crypto.randomUUID()}`;
    // What the stream throws is its own affair; what the file system throws is named.
    let streamError: { error: unknown } | undefined;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      if (data instanceof Uint8Array) return yield data;
      try {
        yield* data;
      } catch (error) {
        streamError = { error };
        throw error;
      }
    }
    try {
      await this.#makeFolder(folder);
      const written = await writeNew(temporary, chunks());
      await Deno.rename(temporary, path);
      await sync(folder);
      return written;
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      if (data instanceof ReadableStream && !data.locked) await data.cancel(error).catch(() => {});
      if (streamError !== undefined) throw streamError.error;
      throw named(error, "store", key);
    }
  }

  async get(key: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await Deno.readFile(this.#path(key));
    } catch (error) {
      throw named(error, "read", key);
    }
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (
      !Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0
    ) {
      throw new InvalidError(`Cannot read the blob: no range, ${offset} + ${length}, ${key}`);
    }
    try {
      using file = await Deno.open(this.#path(key));
      const { size, isFile } = await file.stat();
      if (!isFile) throw new NotFoundError(`Cannot read the blob: no such key, ${key}`);
      if (offset + length > size) {
        throw new CorruptError(
          `Cannot read the blob: it has ${size} bytes, ${offset} + ${length} were asked for, ${key}`,
        );
      }
      await file.seek(offset, Deno.SeekMode.Start);
      const bytes = new Uint8Array(length);
      for (let read = 0; read < length;) {
        const count = await file.read(bytes.subarray(read));
        if (count === null) {
          throw new CorruptError(`Cannot read the blob: it ended while it was read, ${key}`);
        }
        read += count;
      }
      return bytes;
    } catch (error) {
      throw named(error, "read", key);
    }
  }

  async size(key: string): Promise<number | undefined> {
    try {
      const { size, isFile } = await Deno.stat(this.#path(key));
      return isFile ? size : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw named(error, "look up", key);
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    const folder = this.#path(prefix);
    for await (const path of this.#walk(folder)) {
      if (!isUnfinished(path)) yield path.slice(this.#root.length + 1);
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    try {
      // Deno.remove would also take an empty folder.
      if ((await this.size(key)) === undefined) return;
      await Deno.remove(path);
    } catch (error) {
      if (!isMissing(error)) throw named(error, "delete", key);
    }
  }

  async deleteAll(prefix: string): Promise<void> {
    const path = this.#path(prefix);
    try {
      if ((await Deno.stat(path)).isDirectory) await Deno.remove(path, { recursive: true });
    } catch (error) {
      if (!isMissing(error)) throw named(error, "delete", prefix);
    }
  }

  async deleteUnfinished(): Promise<void> {
    for await (const path of this.#walk(this.#root)) {
      if (!isUnfinished(path)) continue;
      try {
        await Deno.remove(path);
      } catch (error) {
        if (!isMissing(error)) throw named(error, "delete", path);
      }
    }
  }

  #path(key: string): string {
    return `${this.#root}/${checkKey(key)}`;
  }

  /** Makes a folder and those it is in, each on disk before the next. */
  async #makeFolder(folder: string): Promise<void> {
    try {
      await Deno.mkdir(folder);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return;
      if (!(error instanceof Deno.errors.NotFound) || folder === this.#root) throw error;
      await this.#makeFolder(parentOf(folder));
      return await this.#makeFolder(folder);
    }
    await sync(parentOf(folder));
  }

  /** Paths of all files below a folder. */
  async *#walk(folder: string): AsyncGenerator<string> {
    try {
      for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
        const path = `${folder}/${name}`;
        if (isDirectory) yield* this.#walk(path);
        else if (isFile) yield path;
      }
    } catch (error) {
      if (!isMissing(error)) throw named(error, "list", folder);
    }
  }
}

/** Writes a file that must not be there yet, and syncs it. @returns How many bytes. */
async function writeNew(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  using file = await Deno.open(path, { write: true, createNew: true });
  let written = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) from += await file.write(chunk.subarray(from));
    written += chunk.length;
  }
  await file.sync();
  return written;
}

/** Puts a folder's names on disk. */
async function sync(folder: string): Promise<void> {
  // Windows opens no folders; its file systems keep a journal of names.
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder);
  await handle.sync();
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function isUnfinished(path: string): boolean {
  return path.slice(path.lastIndexOf("/")).includes(UNFINISHED);
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** What the file system says where a key is a folder or goes through a file. */
const KEY_CONFLICTS = new Set(["ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY"]);

/** The file system's error as one of ours. */
function named(error: unknown, action: string, key: string): AlikeError {
  if (error instanceof AlikeError) return error;
  const options = { cause: error };
  const code = (error as { code?: string }).code;
  // Named before the missing ones: a path through a file is missing only for a reader.
  if (action === "store" && code !== undefined && KEY_CONFLICTS.has(code)) {
    return new ConflictError(
      `Cannot store the blob: its key is the folder of another or has another as folder, ${key}`,
      options,
    );
  }
  if (action !== "store" && (isMissing(error) || code === "EISDIR")) {
    return new NotFoundError(`Cannot ${action} the blob: no such key, ${key}`, options);
  }
  const message = error instanceof Error ? error.message : String(error);
  if (code !== undefined) {
    return new UnavailableError(`Cannot ${action} the blob: ${message}, ${key}`, options);
  }
  return new InternalError(`Cannot ${action} the blob: ${message}, ${key}`, options);
}
