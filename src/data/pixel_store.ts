/**
 * Pixel store: decoded images of one size side by side, in memory or, if they are too many, in a
 * file. Reads are synchronous in both: a step's images are a few hundred reads of some kilobytes,
 * which cost far less than the step.
 *
 * @module
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CorruptError, InternalError } from "../errors.ts";

/** `count` slots of `length` bytes. */
export interface PixelStore {
  write(slot: number, pixels: Uint8Array): void;
  /** Copies a slot's bytes to the start of `target`. */
  read(slot: number, target: Uint8Array): void;
  /** The memory of the slots, where other threads can read them. */
  readonly shared?: SharedArrayBuffer;
  /** Frees what it holds; the second call does nothing. */
  close(): void;
}

/** Slots in memory; shared, so that replicas on other threads need no copy. */
export class MemoryPixels implements PixelStore {
  readonly shared: SharedArrayBuffer;
  readonly #bytes: Uint8Array;
  readonly #length: number;

  /** @param shared The memory of another thread's store. @default {slots of zeros} */
  constructor(count: number, length: number, shared = new SharedArrayBuffer(count * length)) {
    this.shared = shared;
    this.#bytes = new Uint8Array(shared);
    this.#length = length;
  }

  write(slot: number, pixels: Uint8Array): void {
    this.#bytes.set(pixels, slot * this.#length);
  }

  read(slot: number, target: Uint8Array): void {
    target.set(this.#bytes.subarray(slot * this.#length, (slot + 1) * this.#length));
  }

  close(): void {}
}

/** Slots in a temporary file. */
export class FilePixels implements PixelStore {
  readonly #path: string;
  readonly #length: number;
  #file: number | undefined;

  /** @param directory Gets the file; it must exist and have room. */
  constructor(directory: string, length: number) {
    this.#path = join(directory, `pixels-${crypto.randomUUID()}.tmp`);
    this.#length = length;
    this.#file = openSync(this.#path, "wx+", 0o600);
    // Without a name, the file goes when the process does, however it ends. Windows keeps names.
    if (Deno.build.os !== "windows") rmSync(this.#path);
  }

  write(slot: number, pixels: Uint8Array): void {
    for (let done = 0; done < this.#length;) {
      const from = slot * this.#length + done;
      done += writeSync(this.#open(), pixels, done, this.#length - done, from);
    }
  }

  read(slot: number, target: Uint8Array): void {
    for (let done = 0; done < this.#length;) {
      const from = slot * this.#length + done;
      const count = readSync(this.#open(), target, done, this.#length - done, from);
      if (count === 0) throw new CorruptError(`Cannot read pixels: ${this.#path} ends at ${from}`);
      done += count;
    }
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(this.#path, { force: true });
  }

  #open(): number {
    if (this.#file === undefined) throw new InternalError("Cannot use pixels: they are closed");
    return this.#file;
  }
}
