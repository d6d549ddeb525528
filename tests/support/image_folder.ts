/** A folder of made pictures on disk, as a person would have one. @module */
import { encodePng } from "../../src/images/encode_png.ts";
import { syntheticPixels } from "./synthetic_images.ts";

/** Writes `class<i>/<n>.png` and returns the folder. */
export async function writeImageFolder(
  folder: string,
  { classes, each, side }: { classes: number; each: number; side: number },
): Promise<string> {
  for (let label = 0; label < classes; label++) {
    await Deno.mkdir(`${folder}/class${label}`, { recursive: true });
    for (let n = 0; n < each; n++) {
      // The maker of pictures has four classes that take turns.
      const pixels = syntheticPixels(n * classes + label, side, 3);
      const image = { pixels, width: side, height: side, channels: 3 as const };
      await Deno.writeFile(`${folder}/class${label}/${n}.png`, await encodePng(image));
    }
  }
  return folder;
}
