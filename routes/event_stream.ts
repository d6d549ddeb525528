/** Event stream: server-sent events, from an iterable. @module */
import { streamSSE } from "hono/streaming";
import type { Logger } from "../src/log.ts";
import type { JobEvent } from "../src/schemas/job.ts";
import type { AppContext } from "./context.ts";

/** What {@linkcode eventStream} sends, and until when. */
export interface EventStreamOptions {
  /** The events; ends by itself, or when the signal fires. */
  events(signal: AbortSignal): AsyncIterable<JobEvent>;
  /** Fires when the service stops. */
  stopping: AbortSignal;
  /** Time between comments, which tell proxies and clients that the stream lives. */
  heartbeatMs: number;
  log: Logger;
}

/** Answers with a stream of events. */
export function eventStream(c: AppContext, options: EventStreamOptions): Response {
  // Proxies that buffer would hold events back.
  c.header("X-Accel-Buffering", "no");
  // What HEAD answers is never read, so nothing would end the stream.
  if (c.req.method === "HEAD") {
    return c.body(null, 200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  }
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, options.stopping]);
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => left.abort());
    const heartbeat = setInterval(() => void stream.write(": heartbeat\n\n"), options.heartbeatMs);
    try {
      // A first byte, so that clients see at once that they are connected.
      await stream.write(": connected\n\n");
      for await (const event of options.events(signal)) {
        if (signal.aborted) break;
        await stream.writeSSE({
          id: `${event.id}`,
          event: event.type,
          data: JSON.stringify(event),
        });
      }
    } catch (error) {
      // The status is sent already. The client sees the stream end and asks again from its last id.
      if (!signal.aborted) {
        options.log.error("event stream failed", { id: c.get("requestId"), error: String(error) });
      }
    } finally {
      clearInterval(heartbeat);
    }
  });
}
