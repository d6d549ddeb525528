/** Server-sent events as an async iterable (WHATWG HTML, section 9.2.6, as far as we need it). @module */

/** One event. */
export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Reads events to the end of the stream; comments are passed over. */
export async function* serverEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ServerEvent> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      const event: ServerEvent = { id: "", event: "message", data: "" };
      for (const line of block.split("\n")) {
        const match = /^(id|event|data): ?(.*)$/.exec(line);
        if (match === null) continue;
        const field = match[1] as keyof ServerEvent;
        event[field] = field === "data" && event.data !== ""
          ? `${event.data}\n${match[2]}`
          : match[2]!;
      }
      if (event.data !== "") yield event;
    }
  }
}
