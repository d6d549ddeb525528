import { assertEquals } from "@std/assert";
import sharp from "sharp";
import { encodePng } from "../../../src/images/encode_png.ts";
import { makePixels } from "../../support/make_image.ts";

Deno.test("a PNG holds the pixels and the channels that it was made of", async () => {
  for (const channels of [1, 3] as const) {
    const pixels = makePixels({ width: 5, height: 7, channels });
    const png = await encodePng({ pixels, width: 5, height: 7, channels });
    const facts = await sharp(png).metadata();
    assertEquals([facts.format, facts.width, facts.height, facts.channels], [
      "png",
      5,
      7,
      channels,
    ]);
    // sharp gives grey images as RGB unless told otherwise.
    const read = sharp(png).toColourspace(channels === 1 ? "b-w" : "srgb").raw();
    assertEquals(new Uint8Array(await read.toBuffer()), pixels);
  }
});
