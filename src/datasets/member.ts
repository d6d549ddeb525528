/** Member: one file of an upload, before anything is known about its content. @module */
import { TooLargeError } from "../errors.ts";

/** One file of an upload, from a tar, a zip, a form, or the body itself. */
export interface Member {
  /** As the upload spells it, not yet judged. */
  name: string;
  /** The size in bytes, where it is known before reading. */
  size?: number;
  /** Why it is left out whatever it holds: a link, an encrypted file. */
  refused?: string;
  /** True if it is all of the upload: what is wrong with it is wrong with the upload. */
  alone?: true;
  /**
   * Its bytes, to be read before the next member is asked for, or not at all.
   *
   * @throws {MemberError} If only this member is damaged; anything else ends the import.
   */
  body: AsyncIterable<Uint8Array>;
}

/** Only this member is unusable; those after it can still be read. */
export class MemberError extends Error {
  override name = "MemberError";
}

/** Only this member is unusable, because its bytes were cut or changed on the way. */
export class DamagedMemberError extends MemberError {
  override name = "DamagedMemberError";
}

/** Counts bytes that came out of compression, up to a limit. */
export class ExpansionMeter {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws {TooLargeError} When the sum is above the limit. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limit) {
      throw new TooLargeError(
        `Cannot import the upload: it expands to more bytes than are allowed, ${this.#limit}`,
      );
    }
  }
}
