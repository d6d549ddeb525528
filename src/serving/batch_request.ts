/** What a batcher is asked to run. @module */

/** Something to run. */
export interface BatchRequest<Worker, Item, Result> {
  /** Requests of one group have the same `limit` and `run`, and may share a batch. */
  group: string;
  items: readonly Item[];
  /** What the request takes up in memory. */
  bytes: number;
  /** Most items of a batch. */
  limit: number;
  /** @returns A result an item, in order. The signal fires when no one wants them any more. */
  run(worker: Worker, items: Item[], signal: AbortSignal): Promise<Result[]>;
  /** Fires when the client is gone. */
  signal: AbortSignal;
  /** When the answer is worth nothing any more, milliseconds since the epoch. */
  deadline?: number;
}
