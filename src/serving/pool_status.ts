/** How a pool of embedders is. @module */
import type { KernelReport, MemoryUse } from "../protocol/embedder_protocol.ts";
import type { BackendInfo } from "../protocol/protocol.ts";
import type { BatcherCounts } from "./batcher.ts";

/** How the pool is, for `/info`, `/ready` and `/metrics`. */
export interface PoolStatus {
  ready: boolean;
  reason: string | null;
  backend: BackendInfo | null;
  selfTest: KernelReport[];
  workers: number;
  queue: { waiting: number; capacity: number; drainPerSecond: number };
  counts: BatcherCounts;
  /** As the embedders last told, one each. */
  memory: MemoryUse[];
}
