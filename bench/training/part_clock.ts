/**
 * Where a step's time goes: every kernel of the backend is wrapped in a clock.
 *
 * Time is exclusive: what runs inside another part counts for itself alone. Our WASM kernels run
 * where they are called, so what a clock sees is what they cost.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** The parts of a step, in its order; `rest` is what no other part has. */
export const PARTS = [
  "load",
  "augment",
  "conv forward",
  "conv input gradient",
  "conv filter gradient",
  "batch norm",
  "NT-Xent",
  "optimiser",
  "rest",
] as const;
export type Part = typeof PARTS[number];

/** Which part a kernel is of, by its name; the first that matches. */
const KERNELS: [RegExp, Part][] = [
  [/Augment/, "augment"],
  [/BatchNorm/, "batch norm"],
  [/^Alike(NtXent|NormaliseRows)/, "NT-Xent"],
  [/^Alike(Flat|GlobalNorm)/, "optimiser"],
  [/Conv2D.*BackpropInput$/, "conv input gradient"],
  [/Conv2D.*BackpropFilter$/, "conv filter gradient"],
  [/Conv2D/, "conv forward"],
];

function partOf(kernel: string): Part {
  return KERNELS.find(([pattern]) => pattern.test(kernel))?.[1] ?? "rest";
}

/** Adds up milliseconds by name: a part, or a kernel of the rest. */
export class PartClock {
  #spent = new Map<string, number>();
  /** What is running, outermost first, each with the time that its insides took. */
  readonly #running: { inside: number }[] = [];

  /** `work`, with its time counted for `name`. */
  timed<Args extends unknown[], T>(
    name: string,
    work: (...args: Args) => T,
  ): (...args: Args) => T {
    return (...args) => {
      const frame = { inside: 0 };
      this.#running.push(frame);
      const start = performance.now();
      try {
        return work(...args);
      } finally {
        const took = performance.now() - start;
        this.#running.pop();
        const outer = this.#running.at(-1);
        if (outer !== undefined) outer.inside += took;
        this.#spent.set(name, (this.#spent.get(name) ?? 0) + took - frame.inside);
      }
    };
  }

  /** Puts a clock around every kernel of the current backend. */
  wrapKernels(): void {
    for (const config of tf.getKernelsForBackend(tf.getBackend())) {
      const part = partOf(config.kernelName);
      const name = part === "rest" ? config.kernelName : part;
      tf.unregisterKernel(config.kernelName, config.backendName);
      tf.registerKernel({ ...config, kernelFunc: this.timed(name, config.kernelFunc) });
    }
  }

  /** What was added up since the last call. */
  take(): Map<string, number> {
    const spent = this.#spent;
    this.#spent = new Map();
    return spent;
  }
}
