/**
 * Transport: requests with the key, tried again when the service says it is too busy, or away.
 *
 * @module
 */
import { pause } from "./pause.ts";
import { RefusedError } from "./refused_error.ts";

/** What {@linkcode Transport} takes. */
export interface TransportOptions {
  /** Where the service is. @default {"http://127.0.0.1:8787"} */
  baseUrl?: string;
  /** One of the service's keys, if it has any. */
  apiKey?: string;
  /** How often a request is tried again. @default {4} */
  retries?: number;
  /** In place of the global one. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Waits. In place of a timer, for tests. */
  wait?: (milliseconds: number, signal?: AbortSignal | null) => Promise<void>;
}

/** Statuses that mean "later": 429 with Retry-After, 503 while it starts. */
const LATER = new Set([429, 503]);
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/** Sends requests. */
export class Transport {
  /** Where the service is, without a slash at the end. */
  readonly baseUrl: string;
  readonly #headers: Record<string, string>;
  readonly #retries: number;
  readonly #fetch: NonNullable<TransportOptions["fetch"]>;
  readonly #wait: NonNullable<TransportOptions["wait"]>;

  constructor(options: TransportOptions) {
    this.baseUrl = (options.baseUrl ?? "http://127.0.0.1:8787").replace(/\/+$/, "");
    this.#headers = options.apiKey === undefined
      ? {}
      : { authorization: `Bearer ${options.apiKey}` };
    this.#retries = options.retries ?? 4;
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#wait = options.wait ?? pause;
  }

  /**
   * Sends a request. What the service puts off is sent again when it says (`Retry-After`), or after
   * ever longer waits; a body that is a stream cannot be sent twice and is not.
   *
   * @param url Absolute.
   * @returns The answer, or the last refusal.
   * @throws The signal's reason, while it waits too.
   */
  async answer(url: string, init: RequestInit = {}): Promise<Response> {
    const once = init.body instanceof ReadableStream;
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#headers)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    for (let attempt = 0;; attempt++) {
      const response = await this.#fetch(url, { ...init, headers });
      if (once || attempt === this.#retries || !LATER.has(response.status)) return response;
      await response.body?.cancel();
      await this.#wait(waitOf(response, attempt), init.signal);
    }
  }

  /**
   * As {@linkcode answer}, of a path of the service.
   *
   * @throws {RefusedError} If the answer is no success.
   */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.answer(this.baseUrl + path, init);
    if (!response.ok) throw await RefusedError.from(response);
    return response;
  }

  /** Sends a request. @returns The answer's JSON; null where there is none. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(path, {
      method,
      ...(body === undefined ? {} : {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return (text === "" ? null : JSON.parse(text)) as T;
  }
}

function waitOf(response: Response, attempt: number): number {
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  const wait = Number.isFinite(seconds) ? 1000 * seconds : FIRST_WAIT_MS * 2 ** attempt;
  return Math.min(wait, LONGEST_WAIT_MS);
}
