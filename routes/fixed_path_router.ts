/**
 * Fixed-path router: Hono's trie, which is asked only once what answers a path without parameters.
 * (Hono's faster router cannot take our paths, of which some may match two patterns.)
 *
 * @module
 */
import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/** Routes by path and method. */
export class FixedPathRouter<T> implements Router<T> {
  readonly name = "FixedPathRouter";
  readonly #trie = new TrieRouter<T>();
  /** What is remembered: no more than there are routes, whatever is asked for. */
  readonly #fixed = new Map<string, Result<T> | undefined>();

  add(method: string, path: string, handler: T): void {
    this.#trie.add(method, path, handler);
    if (!/[:*{]/.test(path)) this.#fixed.set(`${method} ${path}`, undefined);
    // What was found before may lack this one.
    for (const key of this.#fixed.keys()) this.#fixed.set(key, undefined);
  }

  match(method: string, path: string): Result<T> {
    const key = `${method} ${path}`;
    const known = this.#fixed.get(key);
    if (known !== undefined) return known;
    const found = this.#trie.match(method, path);
    if (this.#fixed.has(key)) this.#fixed.set(key, found);
    return found;
  }
}
