/**
 * sharp, once there is something for it to do: loading it takes as long as all else that a decoder
 * starts with, and small plain images never need it.
 *
 * @module
 */
import type { sharp } from "./sharp.ts";

/** sharp as `sharp.ts` has set it up. */
export async function loadSharp(): Promise<typeof sharp> {
  return (await import("./sharp.ts")).sharp;
}
