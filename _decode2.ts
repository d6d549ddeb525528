import { encodePng } from "./src/images/encode_png.ts";
import { sharp } from "./src/images/sharp.ts";
import { syntheticPixels } from "./tests/support/synthetic_images.ts";
import { decode as fastPng } from "fast-png";
import { inflateSync } from "node:zlib";
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
async function bench(name: string, f: (b: Uint8Array) => unknown, set = pngs, conc = 32) {
  let best = Infinity;
  for (let r = 0; r < 8; r++) {
    const t = performance.now();
    for (let i = 0; i < 256; i += conc) await Promise.all(set.slice(i, i + conc).map(f));
    best = Math.min(best, performance.now() - t);
  }
  console.log(name, (best / 256 * 1000).toFixed(0), "us");
}
sharp.concurrency(1);
await bench("raw only", (b) => sharp(b).raw().toBuffer());
await bench(
  "raw sequentialRead=false",
  (b) => sharp(b, { sequentialRead: false } as never).raw().toBuffer(),
);
await bench(
  "constructor only",
  (b) =>
    sharp(b, { failOn: "error", autoOrient: true }).flatten({ background: "white" }).toColourspace(
      "srgb",
    ).resize(32, 32, { fit: "cover", position: "centre" }).raw(),
);
await bench("ctor plain", (b) => sharp(b));
await bench(
  "full",
  (b) =>
    sharp(b, { failOn: "error", autoOrient: true }).flatten({ background: "white" }).toColourspace(
      "srgb",
    ).resize(32, 32, { fit: "cover", position: "centre" }).raw().toBuffer(),
);
await bench(
  "no resize",
  (b) =>
    sharp(b, { failOn: "error", autoOrient: true }).flatten({ background: "white" }).toColourspace(
      "srgb",
    ).raw().toBuffer(),
);
await bench(
  "no flatten",
  (b) =>
    sharp(b, { failOn: "error", autoOrient: true }).toColourspace("srgb").resize(32, 32, {
      fit: "cover",
      position: "centre",
    }).raw().toBuffer(),
);
await bench(
  "no orient",
  (b) => sharp(b, { failOn: "error" }).toColourspace("srgb").raw().toBuffer(),
);
await bench(
  "jpg full",
  (b) =>
    sharp(b, { failOn: "error", autoOrient: true }).flatten({ background: "white" }).toColourspace(
      "srgb",
    ).resize(32, 32, { fit: "cover", position: "centre" }).raw().toBuffer(),
  jpgs,
);
await bench("jpg raw only", (b) => sharp(b).raw().toBuffer(), jpgs);
await bench("fast-png", (b) => fastPng(b));
await bench("fast-png crc", (b) => fastPng(b, { checkCrc: true }));
function idat(b: Uint8Array) {
  const v = new DataView(b.buffer, b.byteOffset);
  let at = 8;
  for (;;) {
    const n = v.getUint32(at), t = v.getUint32(at + 4);
    if (t === 0x49444154) return b.subarray(at + 8, at + 8 + n);
    at += 12 + n;
  }
}
await bench("inflate", (b) => inflateSync(idat(b)));
import { Inflate, unzlibSync } from "npm:fflate@0.8.2";
const out = new Uint8Array(32 * 97);
await bench("fflate", (b) => unzlibSync(idat(b), { out }));
import { crc32 } from "node:zlib";
await bench("crc32", (b) => crc32(b));
const pd = await import("/tmp/w/s/x/node_modules/@jsquash/png/codec/pkg/squoosh_png.js");
await pd.default(
  Deno.readFileSync("/tmp/w/s/x/node_modules/@jsquash/png/codec/pkg/squoosh_png_bg.wasm"),
);
(globalThis as any).ImageData ??= class {
  constructor(public data: any, public width: number, public height: number) {}
};
await bench("jsquash png", (b) => pd.decode(b));

const jd = await import("/tmp/w/s/x/node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.js");
const mod = await WebAssembly.compile(
  Deno.readFileSync("/tmp/w/s/x/node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"),
);
(globalThis as any).ImageData ??= class {
  constructor(public data: any, public width: number, public height: number) {}
};
const m = await jd.default({
  noInitialRun: true,
  instantiateWasm: (imports: any, cb: any) => {
    WebAssembly.instantiate(mod, imports).then(cb);
    return {};
  },
});
await bench("jsquash jpeg", (b) => m.decode(b, false), jpgs);
const a = m.decode(jpgs[3]!, false), bb = await sharp(jpgs[3]!).raw().toBuffer();
let d = 0;
for (let i = 0; i < 1024; i++) {
  for (let c = 0; c < 3; c++) d = Math.max(d, Math.abs(a.data[i * 4 + c] - bb[i * 3 + c]!));
}
console.log("max diff", d);
