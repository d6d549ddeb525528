/** The forward pass beside PyTorch's and onnxruntime's, alternating. @module */
import { measure, median, say, script } from "./measure.ts";

/** Where the model of the comparison is. */
export interface ModelFiles {
  weights: string;
  spec: string;
  onnx: string;
}

/** Images of a batch. */
export const BATCH = 64;

/** Prints medians and ratios, on 1 core and on 2. */
export async function benchForward(files: ModelFiles, rounds: number): Promise<void> {
  const torch = [
    "/usr/bin/python3",
    new URL("../pytorch/embed_cifar.py", import.meta.url).pathname,
  ];
  for (const cores of [1, 2]) {
    const threads = ["--threads", String(cores), "--batch", String(BATCH)];
    const contestants: Record<string, [string[], string[]]> = {
      "Alike": [script("ours.ts"), [...threads, "--weights", files.weights, "--spec", files.spec]],
      "PyTorch": [torch, threads],
      "PyTorch channels-last": [torch, [...threads, "--channels-last"]],
      "onnxruntime": [script("onnxruntime.ts"), [...threads, "--model", files.onnx]],
    };
    const speeds: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round++) {
      for (const [name, [command, options]] of Object.entries(contestants)) {
        (speeds[name] ??= []).push(await measure(cores, command, options));
      }
    }
    const ours = median(speeds["Alike"]!);
    for (const [name, all] of Object.entries(speeds)) {
      const ratio = (ours / median(all)).toFixed(2);
      const best = Math.max(...all).toFixed(0);
      say(
        `forward, ${cores} core${cores > 1 ? "s" : ""}: ${name} ${
          median(all).toFixed(0)
        } images/s ` +
          `(best ${best})${name === "Alike" ? "" : `, Alike is ${ratio} times that`}`,
      );
    }
  }
}
