/**
 * The compiled kernels: which of the two builds runs here, and its exports.
 *
 * Relaxed SIMD has a fused multiply-add, 1.3 times as fast in the convolutions; engines without it
 * get the plain build of the same sources.
 *
 * @module
 */
import { UnavailableError } from "../../errors.ts";

/** An exported kernel: addresses and sizes in, nothing or a number out. */
export type KernelFunction = (...args: number[]) => number;

let kernels: Record<string, KernelFunction> | undefined;

/** `(module (func (drop (f32x4.relaxed_madd …))))`: valid only where relaxed SIMD is. */
const RELAXED_PROBE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x14, 0x01, 0x12, 0x00],
  ...[0x41, 0x00, 0xfd, 0x11, 0x41, 0x00, 0xfd, 0x11, 0x41, 0x00, 0xfd, 0x11],
  ...[0xfd, 0x85, 0x02, 0x1a, 0x0b],
]);

/** Whether this engine has relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_PROBE);
}

/** The two builds `deno task kernels` makes. */
export type KernelBuild = "relaxed" | "simd";

/** Puts the kernels on a memory. @returns Which build was taken. */
export async function instantiateKernels(
  memory: WebAssembly.Memory,
  build: KernelBuild = hasRelaxedSimd() ? "relaxed" : "simd",
): Promise<KernelBuild> {
  const bytes = await Deno.readFile(new URL(`./kernels.${build}.wasm`, import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  kernels = instance.exports as Record<string, KernelFunction>;
  return build;
}

/** A kernel by its exported name. */
export function kernel(name: string): KernelFunction {
  const found = kernels?.[name];
  if (found === undefined) {
    throw new UnavailableError(`Cannot run the kernel ${name}: the kernels are not loaded`);
  }
  return found;
}
