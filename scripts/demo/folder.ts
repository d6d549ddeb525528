/** A folder of images as a tar stream: sub-folders become labels at the other end. @module */
import { pack } from "tar-stream";
import { join, relative } from "node:path";
import { Readable } from "node:stream";

const IMAGE = /\.(jpe?g|png|webp|gif)$/i;

async function* imagesIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* imagesIn(path);
    else if (entry.isFile && IMAGE.test(entry.name)) yield path;
  }
}

/** Streams the images below `folder`, one file in memory at a time. */
export function folderTar(folder: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  const tar = pack();
  const fill = async () => {
    for await (const path of imagesIn(folder)) {
      const bytes = await Deno.readFile(path);
      const name = relative(folder, path).replaceAll("\\", "/");
      await new Promise<void>((resolve, reject) => {
        tar.entry({ name }, bytes as never, (error) => error ? reject(error) : resolve());
      });
    }
    tar.finalize();
  };
  fill().catch((error) => tar.destroy(error));
  return Readable.toWeb(tar as unknown as Readable) as ReadableStream<Uint8Array<ArrayBuffer>>;
}
