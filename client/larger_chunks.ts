/** Small chunks of an upload, put together. @module */

/**
 * Puts chunks together to `bytes` each; the last may be smaller, and larger ones pass as they come.
 *
 * An archive that is made as it is sent has chunks of some hundred bytes. Deno's HTTP server (2.9.6)
 * moves all that it has received for each that is read: a third of an import's CPU time, and more of
 * a larger one's.
 */
export function largerChunks(bytes = 64 * 1024): TransformStream<Uint8Array, Uint8Array> {
  let together = new Uint8Array(bytes);
  let filled = 0;
  const send = (controller: TransformStreamDefaultController<Uint8Array>) => {
    if (filled === 0) return;
    controller.enqueue(together.subarray(0, filled));
    together = new Uint8Array(bytes);
    filled = 0;
  };
  return new TransformStream({
    transform(chunk, controller) {
      if (filled + chunk.length > bytes) send(controller);
      if (chunk.length >= bytes) {
        controller.enqueue(chunk);
        return;
      }
      together.set(chunk, filled);
      filled += chunk.length;
    },
    flush: send,
  });
}
