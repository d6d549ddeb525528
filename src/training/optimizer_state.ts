/**
 * An optimiser's state: moments and the like, by the name of the parameter they belong to, however
 * it lies in memory. A checkpoint written by one layout is read by the other.
 *
 * @module
 */
import type { NamedArray } from "../tensor/safetensors.ts";

/** State that checkpoints hold. */
export interface OptimizerState {
  /** All of it, read back from the backend. */
  read(): Promise<Map<string, NamedArray>>;
  /** Sets all of it. @throws {CorruptError} If some is missing or of another shape; none is set then. */
  load(state: Map<string, NamedArray>): void;
  dispose(): void;
}

/** What a parameter's state of one kind (`m`, `v`, `velocity`) is called in checkpoints. */
export function stateName(kind: string, parameter: string): string {
  return `optimizer/${kind}/${parameter}`;
}
