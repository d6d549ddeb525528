/**
 * Interactive run: SimCLR stepped by a client, the engine behind `/v1/sessions`.
 *
 * @module
 */
import { UnavailableError } from "../errors.ts";
import type { SessionRequest, SessionStep } from "../schemas/session.ts";
import type { BackendReport } from "../tensor/backend.ts";
import type { TrainResult } from "./train_event.ts";

/** The bytes of a step's images, as they came: to augment, or as ready pairs of views. */
export type StepImages =
  | { images: Uint8Array[] }
  | { views: [Uint8Array, Uint8Array][] };

/** A run that waits for its client between steps. */
export interface InteractiveRun {
  /** @throws {InvalidError} with path `images[i]` or `views[i][j]` if one cannot be decoded. */
  step(input: StepImages): Promise<SessionStep>;
  /** The model as it is now. */
  save(): Promise<TrainResult>;
  dispose(): void;
}

/** Starts a run with fresh weights. */
export function createInteractiveRun(
  _request: SessionRequest,
  _options: { backend: BackendReport; maxPixels: number },
): Promise<InteractiveRun> {
  throw new UnavailableError("Cannot start a session: not built yet");
}
