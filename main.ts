/**
 * Alike's service as a process: settings → embedders → everything else → signals.
 *
 * Embedders take longest to be ready, so they start before the rest of the service is loaded: this
 * file imports little by itself.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Service } from "./service.ts";
import { type Config, readConfig } from "./src/config.ts";
import { AlikeError } from "./src/errors.ts";
import { createLogger, type Logger } from "./src/log.ts";
import { EmbedderPool } from "./src/serving/embedder_pool.ts";
import { lockDirectory } from "./src/stores/directory_lock.ts";
import { openBlobs } from "./src/stores/open.ts";
import { openTracing } from "./src/tracing.ts";

/**
 * Starts a service.
 *
 * @throws {ConflictError} If another process uses the data directory, or has the port.
 */
export async function startService(config: Config, log: Logger): Promise<Service> {
  const tracing = await openTracing();
  const folder = pathToFileURL(`${resolve(config.dataDirectory)}/`);
  const lock = await lockDirectory(config.dataDirectory);
  const blobs = await openBlobs(new URL("blobs", folder).href);
  const embedder = new EmbedderPool({
    config,
    workerUrl: new URL("./workers/embedder.ts", import.meta.url),
    blobsUrl: blobs.url,
    log,
    tracing,
  });
  const end = () => {
    embedder.stop();
    lock.release();
  };
  try {
    const { composeService } = await import("./service.ts");
    const { url, stop } = await composeService(config, log, {
      blobs,
      embedder,
      folder,
      tracing,
    });
    return { url, stop: () => stop().finally(end) };
  } catch (error) {
    end();
    throw error;
  }
}

/** Stops the service at the first signal, and the process at the second. */
export function stopOnSignals(service: Service, config: Config, log: Logger): void {
  let stopping = false;
  const onSignal = async (signal: Deno.Signal) => {
    if (stopping) {
      log.warn("stopped at once", { signal });
      Deno.exit(1);
    }
    stopping = true;
    log.info("stopping", { signal });
    setTimeout(() => {
      log.warn("stopped before all was done", { ms: config.shutdownMs });
      Deno.exit(0);
    }, config.shutdownMs);
    try {
      await service.stop();
    } catch (error) {
      log.error("stop failed", { error: String(error) });
      Deno.exit(1);
    }
    log.info("stopped");
    Deno.exit(0);
  };
  const signals = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, () => void onSignal(signal));
}

/** Ends the process with a message for people, and no stack where the cause has a name. */
function fail(error: unknown, log: Logger): never {
  if (error instanceof AlikeError) log.error(error.message);
  else log.error("Cannot start", { error: error instanceof Error ? error.stack : String(error) });
  Deno.exit(1);
}

if (import.meta.main) {
  let log = createLogger();
  try {
    const config = readConfig(Deno.env.toObject());
    log = createLogger({ level: config.logLevel, format: config.logFormat });
    stopOnSignals(await startService(config, log), config, log);
  } catch (error) {
    fail(error, log);
  }
}
