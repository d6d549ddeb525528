/** Splits a stream of UTF-8 into its lines, each with the bytes it takes. @module */

/** A line without its newline, and where it is in the stream. */
export interface Line {
  text: string;
  /** First byte. */
  start: number;
  /** One past the newline. */
  end: number;
}

const NEWLINE = 0x0a;

/** The lines of a stream; a last one without a newline is a line too. */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let start = 0;
  let rest = new Uint8Array();
  for await (const chunk of source) {
    let bytes: Uint8Array = chunk;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
    }
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      const end = start + to + 1 - from;
      yield { text: decoder.decode(bytes.subarray(from, to)), start, end };
      start = end;
      from = to + 1;
    }
    rest = bytes.slice(from);
  }
  if (rest.length > 0) yield { text: decoder.decode(rest), start, end: start + rest.length };
}
