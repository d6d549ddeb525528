/** Starts an embedder worker, and has the way to its decoder. @module */
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import { DecoderIntake } from "../protocol/decoder_intake.ts";
import { EMBEDDER, type EmbedderProtocol, type MemoryUse } from "../protocol/embedder_protocol.ts";
import { relayLog } from "../protocol/remote_logger.ts";
import { startWorker, type WorkerHandle } from "../protocol/start_worker.ts";
import type { Tracing } from "../tracing.ts";

/** What {@linkcode startEmbedder} takes. */
export interface StartEmbedderOptions {
  config: Pick<Config, "backend" | "modelCacheBytes" | "maxPixels">;
  /** Module of the worker. */
  workerUrl: URL;
  /** Where the models' weights are. */
  blobsUrl: string;
  log: Logger;
  /** Told now and then what its tensors take up. */
  onMemory(use: MemoryUse): void;
  /** Ends the attempt. */
  signal: AbortSignal;
  clock: Clock;
  /** Has spans go on in the worker. */
  tracing: Tracing | undefined;
}

/** A worker that is ready. */
export interface StartedEmbedder {
  worker: WorkerHandle<EmbedderProtocol>;
  /** The way to its decoder, which gets ready later than itself. */
  intake(): DecoderIntake | undefined;
}

/** Starts one. @throws As {@linkcode startWorker} does. */
export async function startEmbedder(options: StartEmbedderOptions): Promise<StartedEmbedder> {
  const { config: { backend, modelCacheBytes, maxPixels }, blobsUrl } = options;
  let intake: DecoderIntake | undefined;
  const worker = await startWorker<EmbedderProtocol>({
    url: options.workerUrl,
    kind: EMBEDDER,
    init: { blobsUrl, backend, modelCacheBytes, maxPixels },
    listeners: {
      log: relayLog(options.log),
      memory: options.onMemory,
      decoder: ({ intake: port }) => intake = new DecoderIntake(port, maxPixels),
    },
    signal: options.signal,
    clock: options.clock,
    tracing: options.tracing,
  });
  return { worker, intake: () => intake };
}
