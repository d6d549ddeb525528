/**
 * Whether this machine can have a hardware GPU at all.
 *
 * Asking WebGPU costs a CPU-only machine 0.2 s of every worker's start and, where a software Vulkan
 * driver is installed, 60 MB of it in memory.
 *
 * @module
 */

/** What Linux's GPU drivers put there: DRM (AMD, Intel, nouveau), NVIDIA's own, and WSL's. */
const LINUX_DEVICES = ["/dev/dri", "/dev/nvidiactl", "/dev/dxg"];

/**
 * False only if there certainly is none; on other systems than Linux only WebGPU itself can tell.
 *
 * @param devices Any of these is a sign of one.
 */
export function mayHaveGpu(devices: readonly string[] = LINUX_DEVICES): boolean {
  return Deno.build.os !== "linux" || devices.some((path) => {
    try {
      Deno.statSync(path);
      return true;
    } catch (error) {
      // Without permission to look, it may be there.
      return !(error instanceof Deno.errors.NotFound);
    }
  });
}
