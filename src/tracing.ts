/**
 * Tracing: spans by Deno's own OpenTelemetry exporter, where `OTEL_DENO=true` asks for it.
 *
 * Deno makes a span of every request by itself; these are the ones inside it. Without `OTEL_DENO`
 * there is no {@linkcode Tracing} at all: the API is not loaded, and what could be traced costs one
 * look at `undefined`.
 *
 * @module
 */
import type { Attributes, Link, Span, SpanContext } from "@opentelemetry/api";
import { isRefusal } from "./errors.ts";

/** What {@linkcode Tracing.start} takes. */
export interface StartOptions {
  /** A span, or a W3C traceparent; null begins a trace. @default the active span */
  parent?: SpanContext | string | null;
  attributes?: Attributes;
  /** Spans that it serves and that are not its parent. */
  links?: readonly SpanContext[];
}

/** Makes spans. */
export interface Tracing {
  /** The span that what runs now belongs to. */
  active(): Span | undefined;
  /** A span from now until its `end`. */
  start(name: string, options?: StartOptions): Span;
  /** Runs `work` as part of a span, or of one in another thread, given as a traceparent. */
  within<T>(parent: Span | string, work: () => T): T;
  /**
   * Runs `work` as part of a span and ends it; what is thrown is recorded on it, and thrown on.
   *
   * @param isOthers Whether what was thrown lies with who asked, so that the span has not failed.
   * @default {isRefusal}
   */
  during<T>(
    span: Span,
    work: () => Promise<T>,
    isOthers?: (thrown: unknown) => boolean,
  ): Promise<T>;
  /** Records what was thrown, by the name of its class; the span need not have failed for it. */
  record(span: Span, thrown: unknown): void;
  /** Records a failure of the span. */
  fail(span: Span, thrown: unknown): void;
}

/** Spans, if the environment asks for them. */
export async function openTracing(
  enabled = Deno.env.get("OTEL_DENO"),
): Promise<Tracing | undefined> {
  if (enabled !== "true" && enabled !== "1") return undefined;
  const { context, ROOT_CONTEXT, SpanStatusCode, trace } = await import("@opentelemetry/api");
  const tracer = trace.getTracer("alike");

  const contextOf = (parent: SpanContext | string) => {
    const spanContext = typeof parent === "string" ? parseTraceparent(parent) : parent;
    return spanContext === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, spanContext);
  };
  const tracing: Tracing = {
    active: () => trace.getActiveSpan(),
    start(name, { parent, attributes = {}, links = [] } = {}) {
      const within = parent === undefined
        ? context.active()
        : parent === null
        ? ROOT_CONTEXT
        : contextOf(parent);
      const linked: Link[] = links.map((linkedContext) => ({ context: linkedContext }));
      return tracer.startSpan(name, { attributes, links: linked }, within);
    },
    within: (parent, work) =>
      context.with(
        typeof parent === "string" ? contextOf(parent) : trace.setSpan(context.active(), parent),
        work,
      ),
    async during(span, work, isOthers = isRefusal) {
      try {
        return await tracing.within(span, work);
      } catch (error) {
        if (isOthers(error)) tracing.record(span, error);
        else tracing.fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
    record(span, thrown) {
      const { name, message, stack = "" } = errorOf(thrown);
      // Of our errors Deno would take `code` for the type, so it does not see it.
      span.recordException({ name, message, stack });
    },
    fail(span, thrown) {
      const { name, message } = errorOf(thrown);
      tracing.record(span, thrown);
      span.setAttribute("error.type", name);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
    },
  };
  return tracing;
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** A span's name between threads and processes, https://www.w3.org/TR/trace-context/. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** The span that a traceparent names; undefined if it is none. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(text) ??
    [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
}
