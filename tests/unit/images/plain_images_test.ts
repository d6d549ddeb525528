import { assert, assertEquals } from "@std/assert";
import { crc32, deflateSync } from "node:zlib";
import { decodeImage } from "../../../src/images/decode_image.ts";
import { decodePlainJpeg } from "../../../src/images/plain_jpeg.ts";
import { decodePlainPng } from "../../../src/images/plain_png.ts";
import { sharp } from "../../../src/images/sharp.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const WIDTH = 33;
const HEIGHT = 20;
const size = { width: WIDTH, height: HEIGHT };

/** Pictures with edges, noise and flat parts. */
function picture(index: number, channels: 1 | 3) {
  const side = Math.max(WIDTH, HEIGHT);
  const pixels = syntheticPixels(index, side, channels).slice(0, WIDTH * HEIGHT * channels);
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

async function bySharp(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(bytes).toColourspace("srgb").raw().toBuffer());
}

function asRgb(pixels: Uint8Array, channels: number): Uint8Array {
  return channels === 3 ? pixels : new Uint8Array([...pixels].flatMap((x) => [x, x, x]));
}

Deno.test("plain PNGs have the pixels that sharp finds, whatever their filters", async () => {
  for (const channels of [1, 3] as const) {
    for (const adaptiveFiltering of [false, true]) {
      for (let i = 0; i < 4; i++) {
        const image = picture(i, channels).toColourspace(channels === 1 ? "b-w" : "srgb");
        const bytes = new Uint8Array(await image.png({ adaptiveFiltering }).toBuffer());
        const found = decodePlainPng(bytes, size)!;
        assertEquals([found.width, found.height, found.channels], [WIDTH, HEIGHT, channels]);
        assertEquals(asRgb(found.pixels, channels), await bySharp(bytes));
      }
    }
  }
});

/** A chunk with its length and checksum. */
function chunk(type: string, body: Uint8Array): number[] {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return [...bytes];
}

/** A PNG whose row `y` has filter `y % 5`, in several IDAT chunks. */
function handmade({ filtered = rows(), header = [8, 2, 0, 0, 0], before = [] as number[] } = {}) {
  const ihdr = new Uint8Array(13);
  new DataView(ihdr.buffer).setUint32(0, WIDTH);
  new DataView(ihdr.buffer).setUint32(4, HEIGHT);
  ihdr.set(header, 8);
  const data = deflateSync(filtered);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", ihdr),
    ...before,
    ...chunk("IDAT", data.subarray(0, 50)),
    ...chunk("IDAT", data.subarray(50)),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

function rows(): Uint8Array {
  const stride = WIDTH * 3 + 1;
  return Uint8Array.from(
    { length: stride * HEIGHT },
    (_, i) => i % stride === 0 ? Math.floor(i / stride) % 5 : (i * 2654435761) >>> 24,
  );
}

Deno.test("all five filters of PNG are undone as sharp does it", async () => {
  const bytes = handmade();
  assertEquals(decodePlainPng(bytes, size)!.pixels, await bySharp(bytes));
  const text = handmade({ before: chunk("tEXt", new TextEncoder().encode("Title\0x")) });
  assertEquals(decodePlainPng(text, size)!.pixels, await bySharp(bytes));
});

Deno.test("a PNG that is not plain, not whole or of another size is left to sharp", async () => {
  const png = async (options: Parameters<ReturnType<typeof sharp>["png"]>[0]) =>
    new Uint8Array(await picture(0, 3).png(options).toBuffer());
  const stride = WIDTH * 3 + 1;
  const whole = handmade();
  const damaged = whole.slice();
  damaged[60]! ^= 1;
  const cases: Record<string, Uint8Array> = {
    "a palette": await png({ palette: true }),
    "interlaced": await png({ progressive: true }),
    "transparent": new Uint8Array(await picture(0, 3).ensureAlpha(0.5).png().toBuffer()),
    "16 bits": new Uint8Array(await picture(0, 3).toColourspace("rgb16").png().toBuffer()),
    "a gamma": handmade({ before: chunk("gAMA", new Uint8Array(4)) }),
    "a colour that is transparent": handmade({ before: chunk("tRNS", new Uint8Array(6)) }),
    "two headers": handmade({ before: [...whole.subarray(8, 33)] }),
    "an unknown filter": handmade({ filtered: rows().fill(5, stride, stride + 1) }),
    "too few pixels": handmade({ filtered: rows().subarray(stride) }),
    "far too many pixels": handmade({ filtered: new Uint8Array(1e6) }),
    "an unknown colour type": handmade({ header: [8, 7, 0, 0, 0] }),
    "no pixels at all": Uint8Array.from([...whole.subarray(0, 33), ...whole.subarray(-12)]),
    "no header": Uint8Array.from([...whole.subarray(0, 8), ...whole.subarray(33)]),
    "damaged": damaged,
    "no PNG": new Uint8Array(100),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    assertEquals(decodePlainPng(bytes, size), undefined, what);
  }
  for (let length = 0; length < whole.length; length++) {
    assertEquals(decodePlainPng(whole.subarray(0, length), size), undefined);
  }
  assertEquals(decodePlainPng(whole, { width: HEIGHT, height: WIDTH }), undefined);
});

Deno.test("plain JPEGs have the pixels that sharp finds, to the bit", async () => {
  for (const chromaSubsampling of ["4:2:0", "4:4:4"]) {
    for (const progressive of [false, true]) {
      for (const quality of [30, 90]) {
        const options = { chromaSubsampling, progressive, quality };
        for (const image of [picture(1, 3), picture(2, 1).toColourspace("b-w")]) {
          const bytes = new Uint8Array(await image.jpeg(options).toBuffer());
          const found = await decodePlainJpeg(bytes, size);
          assertEquals(found?.pixels, await bySharp(bytes), JSON.stringify(options));
        }
      }
    }
  }
});

Deno.test("a JPEG that is not plain, not whole or of another size is left to sharp", async () => {
  const whole = new Uint8Array(await picture(0, 3).jpeg().toBuffer());
  const damaged = whole.slice();
  damaged.fill(0xff, -40, -20);
  const cases: Record<string, Uint8Array> = {
    "turned": new Uint8Array(
      await picture(0, 3).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ),
    "with a profile": new Uint8Array(await picture(0, 3).withIccProfile("p3").jpeg().toBuffer()),
    "CMYK": new Uint8Array(await picture(0, 3).toColourspace("cmyk").jpeg().toBuffer()),
    "damaged": damaged,
    "no JPEG": new Uint8Array(100),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    assertEquals(await decodePlainJpeg(bytes, size), undefined, what);
  }
  for (let length = 0; length < whole.length - 2; length += 7) {
    assertEquals(await decodePlainJpeg(whole.subarray(0, length), size), undefined);
  }
  assertEquals(await decodePlainJpeg(whole, { width: HEIGHT, height: WIDTH }), undefined);
  assertEquals((await decodePlainJpeg(whole, size))?.pixels, await bySharp(whole));
});

Deno.test("an image is decoded to the same pixels on either path", async () => {
  const square = sharp(syntheticPixels(3, 32, 3), { raw: { width: 32, height: 32, channels: 3 } });
  for (const channels of [1, 3] as const) {
    const plain = new Uint8Array(await square.clone().png().toBuffer());
    const interlaced = new Uint8Array(await square.clone().png({ progressive: true }).toBuffer());
    const options = { size: 32, channels, maxPixels: 1e6 };
    assert(decodePlainPng(plain, { width: 32, height: 32 }) !== undefined);
    assertEquals(
      await decodeImage(plain, undefined, options),
      await decodeImage(interlaced, undefined, options),
    );
  }
});
