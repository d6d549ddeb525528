/**
 * The main thread's end of a worker: starts it, shakes hands, and answers for its death.
 *
 * A worker's uncaught error would end the whole process; here it only rejects what that worker was
 * asked.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import { type AlikeError, fromErrorRecord, UnavailableError, WorkerDiedError } from "../errors.ts";
import type { Tracing } from "../tracing.ts";
import { type CallOptions, Channel, type Listeners } from "./channel.ts";
import { type Frame, isFrame } from "./frame.ts";
import { type None, type Protocol, PROTOCOL_VERSION } from "./protocol.ts";

/** What {@linkcode startWorker} takes. */
export interface StartWorkerOptions<P extends Protocol> {
  /** The worker's module. */
  url: URL;
  /** The kind of worker it must be: that of its protocol. */
  kind: string;
  init: P["init"];
  /** What of `init` moves to the worker instead of being copied. @default {nothing} */
  transfer?: Transferable[];
  /** Hear the worker's events. */
  listeners: Listeners<P["events"]>;
  /** Ends the worker before it is ready. */
  signal?: AbortSignal;
  /** Longest time from start to ready, milliseconds. @default {120000} */
  timeoutMs?: number;
  /** @default {systemClock} */
  clock?: Clock;
  /** Has spans go on in the worker. */
  tracing?: Tracing | undefined;
}

/** A worker that is ready. */
export interface WorkerHandle<P extends Protocol> {
  /** What it said when it was. */
  readonly ready: P["ready"];
  /** Asks the worker. @throws {WorkerDiedError} If it ends before it has answered. */
  call<Name extends keyof P["calls"] & string>(
    name: Name,
    request: P["calls"][Name]["request"],
    options?: CallOptions,
  ): Promise<P["calls"][Name]["response"]>;
  /** Tells the worker; nothing happens if it is dead. */
  send<Name extends keyof P["commands"] & string>(name: Name, payload: P["commands"][Name]): void;
  /** Ends it at once, wherever it is; `reason` completes "its worker …". */
  terminate(reason: string): void;
  /** False once it has ended. */
  readonly alive: boolean;
  /** Resolves when it has ended, for whatever reason. */
  readonly died: Promise<WorkerDiedError>;
}

/**
 * Starts a worker and waits until it is ready.
 *
 * @throws What the worker's start threw. @throws {WorkerDiedError} If it ended before it was ready.
 * @throws {UnavailableError} If it speaks another protocol, or takes too long.
 */
export async function startWorker<P extends Protocol>(
  options: StartWorkerOptions<P>,
): Promise<WorkerHandle<P>> {
  const { url, kind, init, listeners, signal, timeoutMs = 120_000, clock = systemClock } = options;
  const { transfer = [] } = options;
  const worker = new Worker(url, { type: "module", name: kind });
  const ready = Promise.withResolvers<P["ready"]>();
  const died = Promise.withResolvers<WorkerDiedError>();
  const post = (frame: Frame, transfer: Transferable[]) => worker.postMessage(frame, transfer);
  let ended = false;

  const end = (reason: string, why?: AlikeError) => {
    if (ended) return;
    ended = true;
    worker.terminate();
    const error = new WorkerDiedError(
      `Cannot go on: the ${kind} worker ${reason}`,
      why === undefined ? {} : { cause: why },
    );
    ready.reject(why ?? error);
    channel.close(error);
    died.resolve(error);
  };

  type Sent = { calls: P["calls"]; messages: P["commands"] };
  type Received = { calls: None; messages: P["events"] };
  const channel = new Channel<Sent, Received>({
    post,
    handlers: {},
    listeners,
    onBroken: (error) => end(`broke the protocol (${error.message})`, error),
    tracing: options.tracing,
  });

  const handshake = (frame: Frame): void => {
    switch (frame.type) {
      case "here":
        if (frame.kind !== kind || frame.version !== PROTOCOL_VERSION) {
          const is = `${frame.kind} version ${frame.version}`;
          const must = `${kind} version ${PROTOCOL_VERSION}`;
          end(
            "speaks another protocol",
            new UnavailableError(`Cannot use the worker: it speaks ${is}, not ${must}, ${url}`),
          );
          return;
        }
        post({ type: "init", payload: init }, transfer);
        return;
      case "ready":
        ready.resolve(frame.payload);
        return;
      case "dying": {
        const error = fromErrorRecord(frame.error);
        end(`failed (${error.message})`, error);
        return;
      }
      case "init":
        end("broke the protocol (it sent an init)");
        return;
      default:
        channel.receive(frame);
    }
  };

  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (ended) return;
    if (isFrame(data)) handshake(data);
    else end("broke the protocol (it sent something that is no frame)");
  };
  worker.onmessageerror = () => end("sent a message that cannot be read");
  worker.onerror = (event) => {
    // Or the whole process ends.
    event.preventDefault();
    end(`ended with an uncaught error (${event.message})`);
  };

  const stopTimer = clock.schedule(timeoutMs, () => {
    const error = new UnavailableError(
      `Cannot use the ${kind} worker: not ready after ${timeoutMs} ms`,
    );
    end("did not get ready in time", error);
  });
  const onAbort = () => end("was stopped");
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const said = await ready.promise;
    return {
      ready: said,
      call: (name, request, callOptions) => channel.call(name, request, callOptions),
      send: (name, payload) => channel.send(name, payload),
      terminate: (reason) => end(reason),
      get alive() {
        return !ended;
      },
      died: died.promise,
    };
  } finally {
    stopTimer();
    signal?.removeEventListener("abort", onAbort);
  }
}
