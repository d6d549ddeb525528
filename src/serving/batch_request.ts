/** What a batcher is asked to run. @module */

import type { RequestTrace } from "./batch_trace.ts";

/** Requests, or parts of them, that run together. */
export type BatchParts = readonly { readonly entry: { readonly request: Traced } }[];
interface Traced {
  readonly trace?: RequestTrace | undefined;
}

/** Something to run. */
export interface BatchRequest<Worker, Item, Result> {
  /** Requests of one group have the same `limit` and `run`, and may share a batch. */
  group: string;
  items: readonly Item[];
  /** What the request takes up in memory. */
  bytes: number;
  /** Most items of a batch. */
  limit: number;
  /**
   * @param parts Whose items they are. @returns A result an item, in order. The signal fires when no
   * one wants them any more.
   */
  run(
    worker: Worker,
    items: Item[],
    signal: AbortSignal,
    parts: BatchParts,
  ): Promise<Result[]>;
  /** Fires when the client is gone. */
  signal: AbortSignal;
  /** Where its spans are, if it is traced. */
  trace?: RequestTrace | undefined;
  /** When the answer is worth nothing any more, milliseconds since the epoch. */
  deadline?: number;
}
