/** Refuses a run whose step cannot fit into memory, and says what would. @module */
import type { FieldError } from "../errors.ts";
import { largestBatch, largestChunk, type MemorySpec, stepBytes } from "./step_memory.ts";

/** Below this a chunk's batch norm has hardly any statistics, images. */
const SMALLEST_CHUNK = 8;

/** What a step may take up. */
export interface MemoryLimit {
  /** Of one replica's heap; null where that is not known. */
  bytes: number | null;
  /** How many replicas a batch is dealt to at most. */
  replicas: number;
}

/** Adds a fault if the step needs more than there is. */
export function checkMemory(
  spec: MemorySpec,
  { bytes, replicas }: MemoryLimit,
  faults: FieldError[],
): void {
  if (bytes === null) return;
  const needed = stepBytes(spec, replicas);
  if (needed <= bytes) return;
  const figures =
    `a step needs ${needed} bytes (${gib(needed)} GiB) of each replica's heap, which ` +
    `has ${bytes} (${gib(bytes)} GiB)`;
  const chunk = largestChunk(spec, replicas, bytes);
  const batch = largestBatch(spec, replicas, bytes);
  if (spec.chunkSize !== null && spec.chunkSize < spec.batchSize && chunk >= 2) {
    const rule = `must be at most ${chunk}: ${figures}`;
    faults.push({ path: "chunkSize", rule, value: spec.chunkSize });
  } else if (batch >= 2) {
    const chunked = chunk >= SMALLEST_CHUNK ? `, or chunkSize at most ${chunk}` : "";
    const rule = `must be at most ${batch}${chunked}: ${figures}`;
    faults.push({ path: "batchSize", rule, value: spec.batchSize });
  } else {
    const rule = `must be less, or the encoder narrower: ${figures}`;
    faults.push({ path: "imageSize", rule, value: spec.preprocessing.size });
  }
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
