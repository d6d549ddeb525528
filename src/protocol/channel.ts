/**
 * Channel: typed calls and one-way messages over anything that posts frames. Both ends of a worker
 * use this one class; the handshake is around it, in `start_worker.ts` and `serve_worker.ts`.
 *
 * @module
 */
import {
  type AlikeError,
  CancelledError,
  fromErrorRecord,
  InternalError,
  toErrorRecord,
} from "../errors.ts";
import { traceparentOf, type Tracing } from "../tracing.ts";
import type { ChannelFrame } from "./frame.ts";
import type { Calls, Messages } from "./protocol.ts";

/** What one end says, or hears. */
export interface Side {
  calls: Calls;
  messages: Messages;
}

/** A response whose buffers move to the other thread instead of being copied. */
export class Transferred<T> {
  constructor(readonly value: T, readonly transfer: Transferable[]) {}
}

/** Answers calls, by name. The signal fires when the caller has called it off. */
export type Handlers<C extends Calls> = {
  [Name in keyof C]: (
    request: C[Name]["request"],
    signal: AbortSignal,
  ) => Response<C[Name]["response"]> | Promise<Response<C[Name]["response"]>>;
};
type Response<T> = T | Transferred<T>;

/** Hear one-way messages, by name. */
export type Listeners<M extends Messages> = { [Name in keyof M]: (payload: M[Name]) => void };

/** What goes with a call. */
export interface CallOptions {
  /** Calls it off: the other end is told, and the call rejects at once. */
  signal?: AbortSignal;
  /** Buffers that move to the other thread; they are empty here afterwards. */
  transfer?: Transferable[];
}

/** What {@linkcode Channel} takes. */
export interface ChannelOptions<Received extends Side> {
  /** Posts a frame to the other end. */
  post(frame: ChannelFrame, transfer: Transferable[]): void;
  handlers: Handlers<Received["calls"]>;
  listeners: Listeners<Received["messages"]>;
  /** Called when what arrives cannot be true: the other end is not to be trusted any more. */
  onBroken(error: AlikeError): void;
  /** Has a call's span go with it, and its answer be part of that span. */
  tracing?: Tracing | undefined;
}

interface Pending {
  resolve(payload: unknown): void;
  reject(error: AlikeError): void;
}

/** One end of a conversation. */
export class Channel<Sent extends Side, Received extends Side> {
  readonly #options: ChannelOptions<Received>;
  /** Calls of ours that wait for their answer. */
  readonly #pending = new Map<number, Pending>();
  /** Calls of the other end that we are answering. */
  readonly #answering = new Map<number, AbortController>();
  #lastId = 0;
  #closed: AlikeError | undefined;

  constructor(options: ChannelOptions<Received>) {
    this.#options = options;
  }

  /**
   * Asks the other end.
   *
   * @throws {CancelledError} As soon as the signal fires. @throws Whatever the other end threw, or
   * the error the channel was closed with.
   */
  call<Name extends keyof Sent["calls"] & string>(
    name: Name,
    request: Sent["calls"][Name]["request"],
    options: CallOptions = {},
  ): Promise<Sent["calls"][Name]["response"]> {
    const { signal, transfer = [] } = options;
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(calledOff(name));
    const id = ++this.#lastId;
    const frame: ChannelFrame = { type: "call", id, name, payload: request };
    const span = this.#options.tracing?.active();
    if (span !== undefined) frame.traceparent = traceparentOf(span.spanContext());
    try {
      this.#options.post(frame, transfer);
    } catch (cause) {
      return Promise.reject(new InternalError(`Cannot call ${name}: ${cause}`, { cause }));
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#pending.delete(id);
        this.#options.post({ type: "cancel", id }, []);
        reject(calledOff(name));
      };
      const settled = () => signal?.removeEventListener("abort", onAbort);
      this.#pending.set(id, {
        resolve(payload) {
          settled();
          resolve(payload as Sent["calls"][Name]["response"]);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Tells the other end, without an answer. Does nothing once the channel is closed. */
  send<Name extends keyof Sent["messages"] & string>(
    name: Name,
    payload: Sent["messages"][Name],
  ): void {
    if (this.#closed === undefined) this.#options.post({ type: "message", name, payload }, []);
  }

  /** Takes in a frame from the other end. */
  receive(frame: ChannelFrame): void {
    if (this.#closed !== undefined) return;
    switch (frame.type) {
      case "call":
        void this.#answer(frame);
        return;
      case "answer":
        this.#take(frame.id)?.resolve(frame.payload);
        return;
      case "refusal":
        this.#take(frame.id)?.reject(fromErrorRecord(frame.error));
        return;
      case "cancel":
        this.#answering.get(frame.id)?.abort(calledOff("this"));
        return;
      case "message":
        this.#hear(frame.name, frame.payload);
        return;
      default:
        frame satisfies never;
    }
  }

  /** Ends the conversation: all that waits is rejected with `error`, and all that comes later. */
  close(error: AlikeError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    for (const controller of this.#answering.values()) controller.abort(error);
    this.#answering.clear();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    // A call that was called off may still be answered; one that was never made may not.
    if (pending === undefined && id > this.#lastId) {
      this.#options.onBroken(
        new InternalError(`Cannot take an answer: no call has that id, ${id}`),
      );
    }
    return pending;
  }

  async #answer(
    { id, name, payload: request, traceparent }: Extract<ChannelFrame, { type: "call" }>,
  ): Promise<void> {
    const controller = new AbortController();
    this.#answering.set(id, controller);
    let frame: ChannelFrame;
    let transfer: Transferable[] = [];
    try {
      const { handlers, tracing } = this.#options;
      if (!Object.hasOwn(handlers, name)) {
        throw new InternalError(`Cannot answer a call: no handler has that name, ${name}`);
      }
      // The other end's types promise that name and request belong together.
      const response: unknown = tracing === undefined || traceparent === undefined
        ? await handlers[name]!(request, controller.signal)
        : await tracing.within(traceparent, () => handlers[name]!(request, controller.signal));
      const moved = response instanceof Transferred;
      if (moved) transfer = response.transfer;
      frame = { type: "answer", id, payload: moved ? response.value : response };
    } catch (error) {
      frame = { type: "refusal", id, error: toErrorRecord(error) };
    }
    this.#answering.delete(id);
    if (this.#closed !== undefined || controller.signal.aborted) return;
    try {
      this.#options.post(frame, transfer);
    } catch (cause) {
      const error = new InternalError(`Cannot answer ${name}: ${cause}`, { cause });
      this.#options.post({ type: "refusal", id, error: toErrorRecord(error) }, []);
    }
  }

  #hear(name: string, payload: unknown): void {
    const listeners = this.#options.listeners;
    if (!Object.hasOwn(listeners, name)) {
      this.#options.onBroken(
        new InternalError(`Cannot take a message: no listener has that name, ${name}`),
      );
      return;
    }
    listeners[name]!(payload as never);
  }
}

function calledOff(name: string): CancelledError {
  return new CancelledError(`Cannot finish the call: it was called off, ${name}`);
}
