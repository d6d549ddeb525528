/** Decoding PNGs of 32×32 as a decoder worker does, one thread. Prints one JSON line. @module */
import { decodeImages } from "../../src/images/decode_images.ts";
import { pngImages } from "./png_images.ts";

const SECONDS = 2;
const BATCH = 32;

const images = await pngImages(8 * BATCH);
const batch = (i: number) =>
  decodeImages(images.slice(i * BATCH % images.length).slice(0, BATCH), {
    size: 32,
    channels: 3,
    maxPixels: 1e6,
  });
for (let i = 0; i < 20; i++) await batch(i);
const start = performance.now();
let count = 0;
while (performance.now() < start + 1000 * SECONDS) {
  await batch(count);
  count++;
}
const imagesPerSecond = 1000 * count * BATCH / (performance.now() - start);
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ imagesPerSecond })}\n`));
