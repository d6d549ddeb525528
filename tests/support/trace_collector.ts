/** A collector of traces, OTLP over HTTP as JSON, as far as tests ask. @module */

/** A span as it came. */
export interface CollectedSpan {
  name: string;
  traceId: string;
  spanId: string;
  /** Empty if it has none. */
  parentSpanId: string;
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  events: { name: string; attributes: Record<string, unknown> }[];
  status: { code: number };
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

/** What of a value is in whichever field it has; lists as JSON. */
function attributesOf(pairs: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Listens on loopback and keeps what comes. */
export class TraceCollector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const body = await request.json();
        for (const { scopeSpans } of body.resourceSpans ?? []) {
          for (const { spans } of scopeSpans) this.spans.push(...spans.map(spanOf));
        }
        return Response.json({});
      },
    );
  }

  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

// deno-lint-ignore no-explicit-any -- as it came
function spanOf(span: any): CollectedSpan {
  return {
    ...span,
    attributes: attributesOf(span.attributes),
    events: span.events.map((event: { name: string; attributes: KeyValue[] }) => ({
      name: event.name,
      attributes: attributesOf(event.attributes),
    })),
  };
}
