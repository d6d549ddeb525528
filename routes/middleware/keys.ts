/** Keys: is this one of the service's? @module */
import { timingSafeEqual } from "node:crypto";

/** The cookie that says who is at a browser. */
export const SESSION_COOKIE = "alike_session";

/**
 * The keys of a service, as digests of one length: comparing them tells nothing of a key, not even
 * how long it is.
 */
export class Keys {
  readonly #keys: Promise<Uint8Array[]>;
  readonly #sessions: Promise<Uint8Array[]>;

  constructor(keys: readonly string[]) {
    this.#keys = Promise.all(keys.map(sha256));
    this.#sessions = Promise.all(keys.map(async (key) => sha256(await sessionOf(key))));
  }

  /** Whether it is a key. */
  async accepts(key: string): Promise<boolean> {
    return isAmong(await sha256(key), await this.#keys);
  }

  /** Whether it is a session of someone who had a key. */
  async acceptsSession(session: string): Promise<boolean> {
    return isAmong(await sha256(session), await this.#sessions);
  }
}

/**
 * What a browser keeps in place of the key: it opens this service, but cannot be sent as a key, nor
 * tells it. It holds as long as the key does.
 */
export async function sessionOf(key: string): Promise<string> {
  return (await sha256(`alike-session:${key}`)).toHex();
}

function isAmong(digest: Uint8Array, digests: Uint8Array[]): boolean {
  let found = false;
  for (const known of digests) found = timingSafeEqual(known, digest) || found;
  return found;
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
