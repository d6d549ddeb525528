/**
 * A temporary file that has no name: it is deleted as soon as it is open, so that not even a crash
 * leaves it behind. (Windows deletes no open file; there it goes when it is closed.)
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { UnavailableError } from "../errors.ts";

const READ_BYTES = 256 * 1024;

/** Bytes on disk, written from the front and then read. */
export class TemporaryFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #path: string | undefined;
  #size = 0;

  private constructor(handle: FileHandle, path: string | undefined) {
    this.#handle = handle;
    this.#path = path;
  }

  /** @param folder Where; default is the system's folder of temporary files. */
  static async create(folder?: string): Promise<TemporaryFile> {
    const path = await Deno.makeTempFile(folder === undefined ? {} : { dir: folder });
    const handle = await open(path, "r+");
    if (Deno.build.os === "windows") return new TemporaryFile(handle, path);
    await Deno.remove(path);
    return new TemporaryFile(handle, undefined);
  }

  /** For libraries that read a file by its descriptor; it must not be closed. */
  get descriptor(): number {
    return this.#handle.fd;
  }

  get size(): number {
    return this.#size;
  }

  /** Appends. @throws {UnavailableError} If the disk is full. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let from = 0; from < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(
          bytes,
          from,
          bytes.length - from,
          this.#size,
        );
        from += bytesWritten;
        this.#size += bytesWritten;
      }
    } catch (cause) {
      throw new UnavailableError(`Cannot write a temporary file: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /** All bytes from the front, chunk by chunk. */
  async *read(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < this.#size;) {
      const chunk = new Uint8Array(Math.min(READ_BYTES, this.#size - at));
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw new UnavailableError("Cannot read a temporary file: it was cut");
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    if (this.#path !== undefined) await Deno.remove(this.#path);
  }
}
