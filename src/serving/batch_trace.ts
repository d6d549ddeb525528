/**
 * Batch trace: how a request's wait and the batch that serves it look as spans.
 *
 * A batch serves many requests but a span has one parent. It is put into the trace of the request
 * that came first and linked to the spans of all; the wait of each (`queue`) is linked to the batch,
 * so that one gets from either to the other.
 *
 * @module
 */
import type { Span, SpanContext } from "@opentelemetry/api";
import { isRefusal } from "../errors.ts";
import type { Model } from "../schemas/model.ts";
import type { Tracing } from "../tracing.ts";

/** What is traced of a request in the queue. */
export interface RequestTrace {
  /** The span that asked; undefined where none did. */
  readonly asking: SpanContext | undefined;
  /** From the queue's door to the first batch. */
  readonly queue: Span;
}

/** What a batch is. */
export interface TracedBatch {
  operation: string;
  model: Model | undefined;
  size: number;
  /** Its requests, in order. */
  requests: readonly (RequestTrace | undefined)[];
}

/** A request enters the queue. */
export function traceRequest(tracing: Tracing, operation: string, images: number): RequestTrace {
  const asking = tracing.active()?.spanContext();
  const attributes = { "alike.operation": operation, "alike.images": images };
  return { asking, queue: tracing.start("queue", { attributes }) };
}

/** Runs a batch as a span; calls to workers within it carry it along. */
export async function traceBatch<T>(
  tracing: Tracing,
  { operation, model, size, requests }: TracedBatch,
  run: () => Promise<T>,
): Promise<T> {
  const traces = requests.filter((request) => request !== undefined);
  const links = traces.flatMap(({ asking }) => asking ?? []);
  const span = tracing.start("batch", {
    parent: links[0] ?? null,
    links,
    attributes: {
      "alike.operation": operation,
      "alike.batch.size": size,
      "alike.batch.requests": requests.length,
      ...(model === undefined
        ? {}
        : { "alike.model.id": model.id, "alike.model.digest": model.digest }),
    },
  });
  for (const { queue } of traces) {
    // One that was split, or whose worker died, has left the queue before.
    if (!queue.isRecording()) continue;
    queue.addLink({ context: span.spanContext() });
    queue.end();
  }
  return await tracing.during(span, run);
}

/** A request was answered, or left the queue without a batch. */
export function endRequest(tracing: Tracing, { queue }: RequestTrace, error?: unknown): void {
  if (!queue.isRecording()) return;
  if (isRefusal(error)) tracing.record(queue, error);
  else if (error !== undefined) tracing.fail(queue, error);
  queue.end();
}
