/** PyTorch's side of `deno task bench:quality`: bench/pytorch/quality.py as a process. @module */
import { CIFAR10 } from "./quality_service.ts";

/** What it prints. Shares are 0..1. */
export interface TorchQuality {
  steps: number;
  viewsPerSecond: number;
  untrained: { knn: number; linear: number };
  trained: { knn: number; linear: number };
  labels?: { count: number; scratch: number; fineTuned: number };
  supervised?: number;
}

/** Runs it. @param options Of the script, after the data and the layout. */
export async function torchQuality(options: string[]): Promise<TorchQuality> {
  const script = new URL("../pytorch/quality.py", import.meta.url).pathname;
  const threads = String(navigator.hardwareConcurrency);
  const { stdout, stderr, success } = await new Deno.Command("/usr/bin/python3", {
    args: [script, "--data", CIFAR10, "--channels-last", "--threads", threads, ...options],
    env: { OMP_NUM_THREADS: threads, PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}
