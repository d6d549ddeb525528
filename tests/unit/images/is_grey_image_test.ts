import { assertEquals } from "@std/assert";
import { encodePng } from "../../../src/images/encode_png.ts";
import { isGreyImage } from "../../../src/images/is_grey_image.ts";
import { encodeNetpbm, netpbmMediaType } from "../../../src/images/netpbm.ts";
import { sharp } from "../../../src/images/sharp.ts";

const SIZE = 24;

/** A ramp of grey; with `tint`, blue is lower by that much. */
function ramp(channels: 1 | 3, tint = 0) {
  const pixels = Uint8Array.from(
    { length: SIZE * SIZE * channels },
    (_, i) => 40 + Math.floor(i / channels) % 200 - (i % channels === 2 ? tint : 0),
  );
  return { pixels, width: SIZE, height: SIZE, channels };
}

async function jpeg(image: ReturnType<typeof ramp>): Promise<Uint8Array> {
  const { pixels, width, height, channels } = image;
  return await sharp(pixels, { raw: { width, height, channels } }).jpeg({ quality: 60 }).toBuffer();
}

Deno.test("grey is grey in every format, also where three channels hold it", async () => {
  for (const channels of [1, 3] as const) {
    const image = ramp(channels);
    const raw = encodeNetpbm(image);
    assertEquals(await isGreyImage(raw, netpbmMediaType(channels), 1e6), true);
    assertEquals(await isGreyImage(await encodePng(image), "image/png", 1e6), true);
    assertEquals(await isGreyImage(await jpeg(image), "image/jpeg", 1e6), true);
  }
});

Deno.test("a tint is colour", async () => {
  const image = ramp(3, 30);
  assertEquals(await isGreyImage(encodeNetpbm(image), netpbmMediaType(3), 1e6), false);
  assertEquals(await isGreyImage(await encodePng(image), "image/png", 1e6), false);
  assertEquals(await isGreyImage(await jpeg(image), "image/jpeg", 1e6), false);
});
