/** The first members of a tar file, as a tar stream. @module */
import { extract, pack } from "tar-stream";
import { Readable } from "node:stream";

/** Streams the first `count` files of the tar at `path`. */
export function firstItems(path: string, count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const output = pack();
  const input = extract();
  let taken = 0;
  input.on("entry", (header, stream, next) => {
    if (header.type !== "file" || taken >= count) {
      stream.resume();
      stream.on("end", () => next());
      if (taken >= count) {
        input.destroy();
        output.finalize();
      }
      return;
    }
    taken++;
    const chunks: Uint8Array[] = [];
    stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    stream.on("end", () => {
      const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      let offset = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, offset);
        offset += chunk.length;
      }
      output.entry({ name: header.name }, bytes as never, next);
    });
  });
  input.on("finish", () => output.finalize());
  (async () => {
    const file = await Deno.open(path);
    for await (const chunk of file.readable) {
      if (taken >= count) break;
      if (!input.write(chunk)) await new Promise((resolve) => input.once("drain", resolve));
    }
    if (taken < count) input.end();
  })().catch((error) => output.destroy(error));
  return Readable.toWeb(output as unknown as Readable) as ReadableStream<Uint8Array<ArrayBuffer>>;
}
