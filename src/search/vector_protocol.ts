/** What the main thread and a vector worker say to each other. @module */
import type { LogMessage } from "../protocol/protocol.ts";
import type { Clusters, Duplicates } from "../schemas/search.ts";
import type { VectorStore } from "../stores/vector_store.ts";

/** The kind of worker, said in the handshake. */
export const VECTORS = "vectors";

/** The store's own methods, their arguments as the request. */
type StoreCalls = {
  [Name in Exclude<keyof VectorStore, "close">]: {
    request: Parameters<VectorStore[Name]>;
    response: Awaited<ReturnType<VectorStore[Name]>>;
  };
};

/** Near-duplicates of a space. */
export interface DuplicatesRequest {
  space: string;
  threshold: number;
  /** Most groups to answer. */
  limit: number;
}

/** Clusters of a space. */
export interface ClustersRequest {
  space: string;
  k: number;
  seed: number;
  /** Items to show of each. */
  representatives: number;
}

/** Main thread ⇄ vector worker. */
export type VectorProtocol = {
  /** The file's path. */
  init: { path: string };
  ready: null;
  calls: StoreCalls & {
    duplicates: { request: DuplicatesRequest; response: Duplicates };
    clusters: { request: ClustersRequest; response: Clusters };
  };
  commands: Record<never, never>;
  events: { log: LogMessage };
};
