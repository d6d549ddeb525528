/**
 * The worker's end: says it is here, starts when told how, answers calls, and says why if it has to
 * die.
 *
 * @module
 */
import { InternalError, toErrorRecord } from "../errors.ts";
import type { Tracing } from "../tracing.ts";
import { Channel, type Handlers, type Listeners } from "./channel.ts";
import { type Frame, isFrame } from "./frame.ts";
import { type None, type Protocol, PROTOCOL_VERSION } from "./protocol.ts";

/** A worker's global scope, as far as we use it; Deno's types know only the main thread's. */
interface WorkerScope extends EventTarget {
  postMessage(message: Frame, transfer: Transferable[]): void;
  close(): void;
}

/** What a worker needs to talk on its own account. */
export interface WorkerContext<P extends Protocol> {
  /** @param transfer What of the payload moves instead of being copied. */
  send<Name extends keyof P["events"] & string>(
    name: Name,
    payload: P["events"][Name],
    transfer?: Transferable[],
  ): void;
}

/** What a started worker has. */
export interface WorkerParts<P extends Protocol> {
  ready: P["ready"];
  handlers: Handlers<P["calls"]>;
  listeners: Listeners<P["commands"]>;
  /** Has spans of the main thread go on here. */
  tracing?: Tracing | undefined;
}

/**
 * Makes this thread a worker of that kind.
 *
 * @param kind Tells workers apart in the handshake.
 * @param start Called with what the main thread sent; if it throws, the worker ends with that.
 */
export function serveWorker<P extends Protocol>(
  kind: string,
  start: (init: P["init"], context: WorkerContext<P>) => Promise<WorkerParts<P>>,
): void {
  const scope = globalThis as unknown as WorkerScope;
  const post = (frame: Frame, transfer: Transferable[]) => scope.postMessage(frame, transfer);
  const die = (error: unknown) => {
    post({ type: "dying", error: toErrorRecord(error) }, []);
    scope.close();
  };

  // What nothing caught has left things half done: better to end, and to say why.
  scope.addEventListener("error", (event) => {
    event.preventDefault();
    die((event as ErrorEvent).error ?? new InternalError((event as ErrorEvent).message));
  });
  scope.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    die((event as PromiseRejectionEvent).reason);
  });

  type Sent = { calls: None; messages: P["events"] };
  type Received = { calls: P["calls"]; messages: P["commands"] };
  let channel: Channel<Sent, Received> | undefined;

  const begin = async (init: P["init"]) => {
    const send: WorkerContext<P>["send"] = (name, payload, transfer = []) =>
      post({ type: "message", name, payload }, transfer);
    try {
      const { ready, handlers, listeners, tracing } = await start(init, { send });
      channel = new Channel<Sent, Received>({
        post,
        handlers,
        listeners,
        onBroken: die,
        tracing,
      });
      post({ type: "ready", payload: ready }, []);
    } catch (error) {
      die(error);
    }
  };

  scope.addEventListener("message", (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (!isFrame(data)) die(new InternalError("Cannot read a message: it is no frame"));
    else if (data.type === "init") void begin(data.payload);
    else if (
      channel === undefined || data.type === "here" || data.type === "ready" ||
      data.type === "dying"
    ) die(new InternalError(`Cannot take a frame now: ${data.type}`));
    else channel.receive(data);
  });
  post({ type: "here", kind, version: PROTOCOL_VERSION }, []);
}
