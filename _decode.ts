import { decodeImage } from "./src/images/decode_image.ts";
import { encodePng } from "./src/images/encode_png.ts";
import { sharp } from "./src/images/sharp.ts";
import { syntheticPixels } from "./tests/support/synthetic_images.ts";
const o = { size: 32, channels: 3 as const, maxPixels: 5e7 };
const pngs: Uint8Array[] = [], jpgs: Uint8Array[] = [];
for (let i = 0; i < 256; i++) {
  const px = syntheticPixels(i, 32, 3);
  pngs.push(await encodePng({ pixels: px, width: 32, height: 32, channels: 3 }));
  jpgs.push(
    new Uint8Array(
      await sharp(px, { raw: { width: 32, height: 32, channels: 3 } }).jpeg({ quality: 95 })
        .toBuffer(),
    ),
  );
}
const cpu = () => {
  const s = Deno.readTextFileSync("/proc/self/stat").split(") ")[1].split(" ");
  return (Number(s[11]) + Number(s[12])) * 10;
};
for (const [n, set] of [["png", pngs], ["jpg", jpgs]] as const) {
  for (const conc of [1, 16, 64]) {
    for (const threads of [1, 2]) {
      sharp.concurrency(threads);
      let best = Infinity, cpuBest = Infinity;
      for (let r = 0; r < 5; r++) {
        const t = performance.now(), c = cpu();
        for (let i = 0; i < 256; i += conc) {
          await Promise.all(set.slice(i, i + conc).map((b) => decodeImage(b, undefined, o)));
        }
        best = Math.min(best, performance.now() - t);
        cpuBest = Math.min(cpuBest, cpu() - c);
      }
      console.log(
        n,
        "conc",
        conc,
        "vips threads",
        threads,
        (best / 256 * 1000).toFixed(0),
        "us wall",
        (cpuBest / 256 * 1000).toFixed(0),
        "us cpu",
        pngs[0].length,
        jpgs[0].length,
      );
    }
  }
}
