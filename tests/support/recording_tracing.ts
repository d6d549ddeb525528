/** Tracing whose spans are kept, without an exporter. @module */
import type { Span } from "@opentelemetry/api";
import { openTracing, type Tracing } from "../../src/tracing.ts";

/** A span as it was told. */
export interface RecordedSpan {
  name: string;
  attributes: Record<string, unknown>;
  ended: boolean;
  /** The class of what was thrown in it. */
  thrown: string | undefined;
  /** Whether that was its own failure. */
  failed: boolean;
}

/** The real thing but for its spans, which are kept in the order of their start. */
export async function recordingTracing(): Promise<{ tracing: Tracing; spans: RecordedSpan[] }> {
  const spans: RecordedSpan[] = [];
  const start: Tracing["start"] = (name, { attributes = {} } = {}) => {
    const recorded: RecordedSpan = {
      name,
      attributes: { ...attributes },
      ended: false,
      thrown: undefined,
      failed: false,
    };
    spans.push(recorded);
    const span: Partial<Span> = {
      setAttribute: (key, value) => {
        recorded.attributes[key] = value;
        return span as Span;
      },
      setStatus: () => {
        recorded.failed = true;
        return span as Span;
      },
      recordException: (exception) => void (recorded.thrown = (exception as Error).name),
      end: () => void (recorded.ended = true),
    };
    return span as Span;
  };
  return { tracing: { ...(await openTracing("true"))!, start }, spans };
}
