/**
 * Backend: where tensors live and kernels run. Contract and choice; the implementers are
 * `webgpu.ts` and `wasm.ts`, each imported only when it is to be used.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { UnavailableError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { mayHaveGpu } from "./gpu_device.ts";

/** The backends training and serving run on. */
export type BackendName = "webgpu" | "wasm";

/** What was asked for; `auto` never takes a software adapter. */
export type BackendPreference = "auto" | BackendName;

/** Which backend runs, and why. */
export interface BackendReport {
  name: BackendName;
  /** Why this one, in a sentence. */
  reason: string;
  /** The GPU or the instruction set, as the backend itself names it. */
  adapter: string;
}

/** An implementer: tries to start, and says what it found. */
export interface BackendProvider {
  readonly name: BackendName;
  /**
   * Starts the backend and registers it with tfjs under its name.
   *
   * @throws {UnavailableError} With the reason where it cannot run here.
   */
  start(options: { allowSoftware: boolean }): Promise<{ adapter: string }>;
}

const PROVIDERS: Record<BackendName, () => Promise<BackendProvider>> = {
  webgpu: async () => (await import("./webgpu.ts")).webgpuProvider,
  wasm: async () => (await import("./wasm.ts")).wasmProvider,
};

/**
 * Starts the backend that suits this machine and makes it tfjs's current one.
 *
 * `auto` means WebGPU on a hardware adapter, else WASM. A backend asked for by name is taken or
 * refused, never replaced.
 *
 * @throws {UnavailableError} If what was asked for by name cannot run here.
 */
export async function selectBackend(
  preference: BackendPreference,
  log?: Logger,
): Promise<BackendReport> {
  tf.enableProdMode();
  const report = preference === "auto" ? await startBest() : {
    name: preference,
    ...await start(preference, true),
    reason: "asked for by name",
  };
  log?.info("backend chosen", { ...report });
  return report;
}

async function startBest(): Promise<BackendReport> {
  if (!mayHaveGpu()) {
    const reason = "Cannot use WebGPU: this machine has no GPU device";
    return { name: "wasm", ...await start("wasm", false), reason };
  }
  try {
    return {
      name: "webgpu",
      ...await start("webgpu", false),
      reason: "a hardware WebGPU adapter is present",
    };
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return { name: "wasm", ...await start("wasm", false), reason: error.message };
  }
}

async function start(name: BackendName, allowSoftware: boolean): Promise<{ adapter: string }> {
  const provider = await PROVIDERS[name]();
  const started = await provider.start({ allowSoftware });
  if (!await tf.setBackend(name)) {
    throw new UnavailableError(`Cannot use the ${name} backend: tfjs did not start it`);
  }
  return started;
}
