import { assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { CorruptError, TooLargeError, UnsupportedError } from "../../../src/errors.ts";
import { PixelBudget } from "../../../src/images/pixel_budget.ts";
import { probeImage } from "../../../src/images/probe_image.ts";
import { makeImage } from "../../support/make_image.ts";

const options = { maxPixels: 1_000_000, budget: new PixelBudget(1_000_000) };
const formats = ["jpeg", "png", "webp", "gif"] as const;

Deno.test("size and kind are told, of small images and of large ones", async () => {
  for (const format of formats) {
    for (const [width, height] of [[1, 1], [31, 17], [300, 250]] as const) {
      const bytes = await makeImage(format, { width, height });
      assertEquals(await probeImage(bytes, options), {
        mediaType: `image/${format}`,
        width,
        height,
      });
    }
  }
});

Deno.test("a photo that is stored lying has its upright size", async () => {
  for (const [width, height] of [[20, 10], [400, 200]] as const) {
    const bytes = await sharp(await makeImage("jpeg", { width, height }))
      .withMetadata({ orientation: 6 }).toBuffer();
    const facts = await probeImage(new Uint8Array(bytes), options);
    assertEquals([facts.width, facts.height], [height, width]);
  }
});

Deno.test("an image that is cut off is corrupt, wherever it is cut", async () => {
  for (const format of formats) {
    for (const [width, height] of [[40, 30], [300, 250]] as const) {
      const bytes = await makeImage(format, { width, height });
      for (const share of [0.02, 0.3, 0.6, 0.9]) {
        const cut = bytes.slice(0, Math.max(12, Math.floor(bytes.length * share)));
        await assertRejects(() => probeImage(cut, options), CorruptError, "Cannot read the image");
      }
    }
  }
});

Deno.test("what has too many pixels is too large, by its header alone", async () => {
  const limits = { ...options, maxPixels: 100 };
  await assertRejects(
    async () => await probeImage(await makeImage("png", { width: 11, height: 10 }), limits),
    TooLargeError,
    "11 by 10 pixels, at most 100",
  );
  assertEquals(
    (await probeImage(await makeImage("png", { width: 10, height: 10 }), limits)).width,
    10,
  );
  // A PNG that tells of 30,000 by 30,000 pixels in its first 33 bytes and holds none.
  const bomb = await makeImage("png");
  const view = new DataView(bomb.buffer);
  view.setUint32(16, 30_000);
  view.setUint32(20, 30_000);
  await assertRejects(() => probeImage(bomb, options), Error);
});

Deno.test("what is no JPEG, PNG, WebP or GIF is not supported, though sharp could read it", async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  for (
    const bytes of [
      new Uint8Array(),
      new TextEncoder().encode(svg),
      await makeImage("tiff"),
      await makeImage("avif"),
    ]
  ) await assertRejects(() => probeImage(bytes, options), UnsupportedError);
});

Deno.test("garbage after a right beginning is corrupt", async () => {
  for (const format of formats) {
    const bytes = await makeImage(format);
    bytes.fill(0x5a, 12);
    await assertRejects(() => probeImage(bytes, options), CorruptError);
  }
});
