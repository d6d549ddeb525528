/**
 * `deno task kernels`: compiles `src/tensor/kernels/assembly/` into the two checked-in builds,
 * `kernels.relaxed.wasm` and `kernels.simd.wasm`. With `--check`, compares instead of writing.
 *
 * @module
 */
import asc from "assemblyscript/asc";
import { fileURLToPath } from "node:url";
import { tilesSource } from "./kernel_tiles.ts";
import { winogradSource } from "./kernel_winograd.ts";

const folder = new URL("../src/tensor/kernels/", import.meta.url);

/** Sources that are written by a program: the compiler finds them here, not on the disk. */
const GENERATED: Record<string, string> = {
  "assembly/conv_tiles.ts": tilesSource(),
  "assembly/winograd_transforms.ts": winogradSource(),
};

const BUILDS = {
  relaxed: ["--enable", "simd", "--enable", "relaxed-simd"],
  simd: ["--enable", "simd"],
} as const;

/** Compiles one build. @returns The bytes of the module. */
async function compile(features: readonly string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([
    "assembly/mod.ts",
    "--outFile",
    "kernels.wasm",
    // No checks, no runtime, no data: the module owns nothing on tfjs's heap.
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--noExportMemory",
    "--initialMemory",
    "1",
    "--maximumMemory",
    "65536",
    "--use",
    "abort=",
    ...features,
  ], {
    readFile: (name, base) => {
      try {
        return GENERATED[name] ?? Deno.readTextFileSync(new URL(name, new URL(`${base}/`, folder)));
      } catch {
        return null;
      }
    },
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) {
    throw new Error(`Cannot compile the kernels: ${error?.message}\n${stderr.toString()}`);
  }
  return binary;
}

let stale = 0;
for (const [build, features] of Object.entries(BUILDS)) {
  const file = new URL(`kernels.${build}.wasm`, folder);
  const bytes = await compile(features);
  if (!Deno.args.includes("--check")) {
    await Deno.writeFile(file, bytes);
    continue;
  }
  const present = await Deno.readFile(file).catch(() => new Uint8Array());
  if (present.length !== bytes.length || present.some((byte, i) => byte !== bytes[i])) {
    // deno-lint-ignore no-console
    console.error(
      `${fileURLToPath(file)} is not what its sources compile to: run deno task kernels`,
    );
    stale++;
  }
}
Deno.exit(stale === 0 ? 0 : 1);
