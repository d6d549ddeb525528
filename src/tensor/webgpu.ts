/**
 * WebGPU through tfjs, on a device of our own making.
 *
 * tfjs's own registration pushes a nested array into `requiredFeatures`, which Deno refuses on
 * adapters with `bgra8unorm-storage`; so we request the device and register the backend with it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UnavailableError } from "../errors.ts";
import type { BackendProvider } from "./backend.ts";
import { CheckedWebGPUBackend } from "./checked_webgpu_backend.ts";
import { registerPrograms } from "./programs/mod.ts";

/** What tfjs's kernels were written against; asked for as high as the adapter allows. */
const LIMITS = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** Names under which software adapters (lavapipe, SwiftShader) go. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|software|microsoft basic render/i;

function isSoftware(adapter: GPUAdapter): boolean {
  const info = adapter.info;
  return info.isFallbackAdapter || SOFTWARE.test(`${info.device} ${info.description}`);
}

/** Starts WebGPU on a hardware adapter, or on any if software is allowed. */
export const webgpuProvider: BackendProvider = {
  name: "webgpu",
  async start({ allowSoftware }) {
    if (!("gpu" in navigator)) {
      throw new UnavailableError("Cannot use WebGPU: this runtime does not have it");
    }
    if (Deno.build.os === "linux") {
      // Without a Vulkan driver wgpu falls back to OpenGL, which is slower than no GPU and aborts
      // the process at its end ("double free").
      setDefault("DENO_WEBGPU_BACKEND", "vulkan");
      // Without it the Vulkan loader complains on standard error, twice.
      setDefault("XDG_RUNTIME_DIR", "/tmp");
    }
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) {
      throw new UnavailableError("Cannot use WebGPU: no adapter found");
    }
    const { vendor, architecture, device: name, description } = adapter.info;
    const label = [vendor, architecture, name, description].filter((part) => part !== "").join(" ");
    if (isSoftware(adapter) && !allowSoftware) {
      throw new UnavailableError(
        `Cannot use WebGPU: the only adapter is software (${label}); ` +
          "set ALIKE_BACKEND=webgpu to use it all the same",
      );
    }
    const device = await adapter.requestDevice({
      requiredFeatures: (["timestamp-query", "bgra8unorm-storage"] as const)
        .filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    });
    tf.removeBackend("webgpu");
    tf.registerBackend("webgpu", () => new CheckedWebGPUBackend(device, adapter.info), 3);
    registerPrograms();
    return { adapter: label };
  },
};

/** Sets an environment variable of this process that is not set. */
function setDefault(name: string, value: string): void {
  if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
}
