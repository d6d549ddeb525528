import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import sharp, { type Sharp } from "sharp";
import { CorruptError, TooLargeError, UnsupportedError } from "../../../src/errors.ts";
import { decodeImage, type DecodeOptions } from "../../../src/images/decode_image.ts";
import { encodeNetpbm } from "../../../src/images/netpbm.ts";
import { Random } from "../../../src/random.ts";

const OPTIONS: DecodeOptions = { size: 32, channels: 3, maxPixels: 10_000 };

/** Noise: what does not compress is not mistaken for whole when it is cut. */
function noise(width: number, height: number, channels: 1 | 3 | 4): Uint8Array {
  const random = new Random(1).stream("noise", [width, height, channels]);
  return Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
}

/** A picture with its pixel (x, y) given by a function, as sharp takes it. */
function picture(width: number, height: number, colour: (x: number, y: number) => number[]) {
  const pixels = Array.from(
    { length: width * height },
    (_, i) => colour(i % width, Math.floor(i / width)),
  );
  const channels = pixels[0]!.length as 1 | 3 | 4;
  return sharp(Uint8Array.from(pixels.flat()), { raw: { width, height, channels } });
}

function noisePicture(width: number, height: number) {
  return sharp(noise(width, height, 3), { raw: { width, height, channels: 3 } });
}

function pixelAt(pixels: Uint8Array, x: number, y: number, size = 32, channels = 3): number[] {
  return [...pixels.subarray((y * size + x) * channels, (y * size + x + 1) * channels)];
}

const FORMATS = {
  jpeg: (image: Sharp) => image.jpeg(),
  "progressive jpeg": (image: Sharp) => image.jpeg({ progressive: true }),
  png: (image: Sharp) => image.png(),
  webp: (image: Sharp) => image.webp(),
  "lossless webp": (image: Sharp) => image.webp({ lossless: true }),
  gif: (image: Sharp) => image.gif(),
};

for (const [format, encode] of Object.entries(FORMATS)) {
  Deno.test(`a ${format} is decoded to the size and channels asked for`, async () => {
    const bytes = await encode(picture(50, 40, () => [200, 100, 50])).toBuffer();
    const colour = await decodeImage(bytes, undefined, OPTIONS);
    assertEquals(colour.length, 32 * 32 * 3);
    pixelAt(colour, 16, 16).forEach((value, i) => {
      assertLess(Math.abs(value - [200, 100, 50][i]!), 4);
    });
    const grey = await decodeImage(bytes, undefined, { ...OPTIONS, channels: 1 });
    assertEquals(grey.length, 32 * 32);
    // 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    assertLess(Math.abs(grey[500]! - 124.2), 4);
  });

  Deno.test(`a ${format} that is cut short is refused`, async () => {
    const bytes = new Uint8Array(await encode(noisePicture(40, 40)).toBuffer());
    await decodeImage(bytes, undefined, OPTIONS);
    for (const share of [0.02, 0.1, 0.5, 0.9, 0.98]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * share));
      let refused: unknown;
      await decodeImage(cut, undefined, OPTIONS).catch((error) => refused = error);
      const named = refused instanceof CorruptError || refused instanceof UnsupportedError;
      assert(named, `${share} of it: ${refused}`);
    }
  });

  Deno.test(`a ${format} with too many pixels is refused`, async () => {
    const bytes = await encode(picture(101, 100, () => [1, 2, 3])).toBuffer();
    const message = "more than 10000 pixels";
    await assertRejects(() => decodeImage(bytes, undefined, OPTIONS), TooLargeError, message);
  });
}

Deno.test("an image of the right size keeps its pixels bit for bit", async () => {
  const pixels = noise(32, 32, 3);
  const png = await noisePicture(32, 32).png().toBuffer();
  assertEquals(new Uint8Array(await decodeImage(png, "image/png", OPTIONS)), pixels);
  const pnm = encodeNetpbm({ pixels, width: 32, height: 32, channels: 3 });
  assertEquals(new Uint8Array(await decodeImage(pnm, undefined, OPTIONS)), pixels);
});

Deno.test("an oblong image fills the square, and its centre is kept", async () => {
  // Three bands of 32 columns: only the middle one is left.
  const colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];
  const wide = await picture(96, 32, (x) => colours[Math.floor(x / 32)]!).png().toBuffer();
  const decoded = await decodeImage(wide, undefined, OPTIONS);
  assert(decoded.every((value, i) => value === colours[1]![i % 3]));
});

Deno.test("EXIF orientation is applied", async () => {
  // Left half red; orientation 6 means: turn by 90 degrees clockwise to see it upright.
  const image = picture(32, 32, (x) => x < 16 ? [255, 0, 0] : [0, 0, 255]);
  const bytes = await image.withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
  const decoded = await decodeImage(bytes, undefined, OPTIONS);
  const [topRed] = pixelAt(decoded, 16, 4);
  const [bottomRed] = pixelAt(decoded, 16, 28);
  assert(topRed! > 200 && bottomRed! < 50, `${topRed} above ${bottomRed}`);
});

Deno.test("what is transparent is white", async () => {
  const image = picture(32, 32, (x) => x < 16 ? [0, 0, 0, 0] : [0, 0, 0, 255]);
  for (
    const bytes of [await image.png().toBuffer(), await image.webp({ lossless: true }).toBuffer()]
  ) {
    const decoded = await decodeImage(bytes, undefined, OPTIONS);
    assertEquals(pixelAt(decoded, 4, 4), [255, 255, 255]);
    assertEquals(pixelAt(decoded, 28, 4), [0, 0, 0]);
  }
});

Deno.test("grey, palette, 16-bit and CMYK images become RGB", async () => {
  const grey = await picture(32, 32, () => [77]).toColourspace("b-w").png().toBuffer();
  assertEquals(pixelAt(await decodeImage(grey, undefined, OPTIONS), 3, 3), [77, 77, 77]);
  const flat = () => picture(32, 32, () => [200, 100, 50]);
  const palette = await flat().png({ palette: true }).toBuffer();
  assertEquals(pixelAt(await decodeImage(palette, undefined, OPTIONS), 3, 3), [200, 100, 50]);
  const deep = await flat().toColourspace("rgb16").png().toBuffer();
  assertEquals(pixelAt(await decodeImage(deep, undefined, OPTIONS), 3, 3), [200, 100, 50]);
  const cmyk = await flat().toColourspace("cmyk").jpeg().toBuffer();
  assertEquals((await decodeImage(cmyk, undefined, OPTIONS)).length, 32 * 32 * 3);
});

Deno.test("the first frame of an animated GIF is taken", async () => {
  const frames = picture(16, 32, (_, y) => y < 16 ? [255, 0, 0] : [0, 0, 255]);
  const gif = await sharp(await frames.raw().toBuffer(), {
    raw: { width: 16, height: 32, channels: 3, pageHeight: 16 },
  }).gif({ delay: [100, 100] }).toBuffer();
  assertEquals((await sharp(gif).metadata()).pages, 2);
  const decoded = await decodeImage(gif, undefined, { ...OPTIONS, size: 16 });
  assert(decoded.every((value, i) => value === [255, 0, 0][i % 3]));
});

Deno.test("netpbm is brought to the size and channels asked for", async () => {
  const grey = {
    pixels: new Uint8Array(28 * 28).fill(90),
    width: 28,
    height: 28,
    channels: 1,
  } as const;
  const bytes = encodeNetpbm(grey);
  const same = await decodeImage(bytes, "image/x-portable-graymap", {
    ...OPTIONS,
    size: 28,
    channels: 1,
  });
  assertEquals(new Uint8Array(same), grey.pixels);
  const larger = await decodeImage(bytes, undefined, OPTIONS);
  assertEquals(new Uint8Array(larger), new Uint8Array(32 * 32 * 3).fill(90));
  const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => [200, 100, 50][i % 3]!);
  const colour = encodeNetpbm({ pixels, width: 32, height: 32, channels: 3 });
  const luma = await decodeImage(colour, undefined, { ...OPTIONS, channels: 1 });
  assertEquals(new Uint8Array(luma), new Uint8Array(32 * 32).fill(124));
});

Deno.test("netpbm that is cut short, empty or too large is refused", async () => {
  const image = { pixels: noise(40, 40, 3), width: 40, height: 40, channels: 3 } as const;
  const cut = encodeNetpbm(image).slice(0, 1000);
  await assertRejects(() => decodeImage(cut, undefined, OPTIONS), CorruptError, "expected");
  const large = { ...OPTIONS, maxPixels: 1599 };
  await assertRejects(
    () => decodeImage(encodeNetpbm(image), undefined, large),
    TooLargeError,
    "1599",
  );
  const empty = new TextEncoder().encode("P5\n0 5\n255\n");
  await assertRejects(() => decodeImage(empty, undefined, OPTIONS), CorruptError, "no pixels");
});

Deno.test("what is no image, or of a format we do not open, is refused", async () => {
  const text = new TextEncoder().encode("once upon a time");
  await assertRejects(() => decodeImage(text, undefined, OPTIONS), UnsupportedError);
  await assertRejects(() => decodeImage(text, "image/png", OPTIONS), UnsupportedError);
  await assertRejects(() => decodeImage(new Uint8Array(), undefined, OPTIONS), CorruptError);
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5"/></svg>';
  const drawing = new TextEncoder().encode(svg);
  await assertRejects(() => decodeImage(drawing, undefined, OPTIONS), UnsupportedError);
  const tiff = await noisePicture(20, 20).tiff().toBuffer();
  await assertRejects(() => decodeImage(tiff, undefined, OPTIONS), UnsupportedError);
});
