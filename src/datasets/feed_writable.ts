/**
 * Writes a stream of chunks into a Node-style writable, no faster than it takes them: how bytes get
 * into the parsers of tar and of forms.
 *
 * @module
 */

/** What is needed of a writable; Node's and streamx's both have it. */
export interface Sink {
  write(chunk: Uint8Array): boolean;
  end(last: undefined): unknown;
  destroy(error?: Error): unknown;
  on(event: "drain" | "close" | "error", listener: () => void): unknown;
}

/**
 * Writes all of the source, ends the sink, and destroys it with the error if the source throws one.
 * Never rejects: the sink's reader sees what went wrong.
 *
 * @param beforeEnd Called when the source has ended; may throw to end the sink with an error.
 */
export async function feedWritable(
  source: AsyncIterable<Uint8Array>,
  sink: Sink,
  beforeEnd: () => void = () => {},
): Promise<void> {
  let closed = false;
  let wake = () => {};
  sink.on("drain", () => wake());
  for (const event of ["close", "error"] as const) {
    sink.on(event, () => {
      closed = true;
      wake();
    });
  }
  try {
    for await (const chunk of source) {
      if (closed) return;
      const drained = new Promise<void>((resolve) => wake = resolve);
      if (!sink.write(chunk)) await drained;
      if (closed) return;
    }
    beforeEnd();
    sink.end(undefined);
  } catch (error) {
    sink.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
