/**
 * Plain JPEGs, decoded on the spot: 8-bit grey or YCbCr, with no profile, orientation or unusual
 * colours in them. By the decoder that sharp has too (mozjpeg), built for WASM, so that the pixels are
 * the same to the bit; what it is spared is sharp's setting out, ten times the work for an image of
 * 32 by 32.
 *
 * @module
 */
import mozjpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { fileURLToPath } from "node:url";
import type { RawImage } from "./netpbm.ts";

/** The pixels of a plain JPEG of that size; undefined for any other file, damaged ones among them. */
export async function decodePlainJpeg(
  bytes: Uint8Array,
  size: { width: number; height: number },
): Promise<RawImage | undefined> {
  if (!isPlain(bytes, size)) return undefined;
  const decoder = await (current ??= startDecoder());
  const pixels = decoder.decode(bytes);
  // After a fault the decoder's state is not to be trusted.
  if (pixels === undefined) current = undefined;
  else if (pixels.length === size.width * size.height * 4) {
    return { pixels: withoutAlpha(pixels), ...size, channels: 3 };
  }
  return undefined;
}

/** SOF0 and SOF2: baseline and progressive. */
const FRAMES = new Set([0xc0, 0xc2]);
/** JFIF, tables, restart interval, comment: of no weight for how pixels are to be understood. */
const IGNORED = new Set([0xe0, 0xdb, 0xc4, 0xdd, 0xfe]);
const SCAN = 0xda;

/** Looks at the segments before the first scan. */
function isPlain(bytes: Uint8Array, { width, height }: { width: number; height: number }): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let framed = false;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return false;
    const marker = bytes[at + 1]!;
    if (marker === SCAN) return framed;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) return false;
    if (FRAMES.has(marker)) {
      if (framed || end < at + 10) return false;
      const components = bytes[at + 9];
      framed = bytes[at + 4] === 8 && (components === 1 || components === 3) &&
        view.getUint16(at + 5) === height && view.getUint16(at + 7) === width;
      if (!framed) return false;
    } else if (!IGNORED.has(marker)) {
      return false;
    }
    at = end;
  }
  return false;
}

/** What emscripten made of mozjpeg, as far as we use it; the package's own types leave most out. */
type CreateModule = (options: {
  noInitialRun: boolean;
  instantiateWasm(
    imports: WebAssembly.Imports,
    use: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  print(line: string): void;
  printErr(line: string): void;
}) => Promise<{
  decode(
    bytes: Uint8Array,
    preserveOrientation: boolean,
  ): { data: Uint8ClampedArray } | null;
}>;

/** An instance of the WASM module. */
interface Decoder {
  /** RGBA; undefined if anything at all was wrong with the file. */
  decode(bytes: Uint8Array): Uint8ClampedArray | undefined;
}

let current: Promise<Decoder> | undefined;
let compiled: Promise<WebAssembly.Module> | undefined;

async function compile(): Promise<WebAssembly.Module> {
  const code = import.meta.resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.js");
  const file = fileURLToPath(new URL("./mozjpeg_dec.wasm", code));
  return await WebAssembly.compile(await Deno.readFile(file));
}

async function startDecoder(): Promise<Decoder> {
  const wasm = await (compiled ??= compile());
  let complaints = 0;
  const complain = () => void complaints++;
  const module = await (mozjpeg as unknown as CreateModule)({
    noInitialRun: true,
    instantiateWasm: (imports, use) => {
      const instance = new WebAssembly.Instance(wasm, imports);
      use(instance);
      return instance.exports;
    },
    // libjpeg goes on after a warning (a file that is cut off is one) and makes pixels up.
    print: complain,
    printErr: complain,
  });
  return {
    decode(bytes) {
      const before = complaints;
      try {
        const image = module.decode(bytes, false);
        return image === null || complaints > before ? undefined : image.data;
      } catch {
        // libjpeg's own errors end the program that WASM is.
        return undefined;
      }
    },
  };
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const count = rgba.length / 4;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    rgb[i * 3] = rgba[i * 4]!;
    rgb[i * 3 + 1] = rgba[i * 4 + 1]!;
    rgb[i * 3 + 2] = rgba[i * 4 + 2]!;
  }
  return rgb;
}
