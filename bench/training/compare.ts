/**
 * `deno task bench:train`: where a step's time goes, and training speed beside PyTorch's, on two
 * cores and on one.
 *
 *     deno task bench:train [rounds] [--steps 20] [--batch 256] [--no-speed] [--no-torch]
 *
 * `rounds` (3) are of all contestants in turn, so that ratios compare neighbours; medians are
 * printed, and two replicas beside one. `--no-speed` stops after the parts. PyTorch's side
 * (bench/pytorch/simclr_cifar.py, in both its memory layouts) needs Debian's python3-torch and
 * python3-pil, and is left out, with a line that says so, where they are not. Same network (CIFAR
 * ResNet-8, width 16), same images, batch, augmentations, NT-Xent and Adam; cores by `taskset`.
 * Reads ALIKE_CIFAR10, default ../shared/data/cifar10.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Part, PARTS } from "./part_clock.ts";

const data = Deno.env.get("ALIKE_CIFAR10") ?? "../shared/data/cifar10";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "steps": { type: "string", default: "20" },
    "batch": { type: "string", default: "256" },
    "no-speed": { type: "boolean", default: false },
    "no-torch": { type: "boolean", default: false },
  },
});
const ROUNDS = Number(positionals[0] ?? 3);
/** The first three are not counted. */
const LEAST_STEPS = 8;
if (!(ROUNDS >= 1) || !(Number(values.steps) >= LEAST_STEPS)) {
  throw new Error(
    `Cannot measure ${ROUNDS} rounds of ${values.steps} steps: 1 of ${LEAST_STEPS} is the least`,
  );
}

const here = new URL("./", import.meta.url).pathname;
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const PYTHON = "/usr/bin/python3";
const torch = [PYTHON, `${here}../pytorch/simclr_cifar.py`];
const ours = (script: string) => [Deno.execPath(), "run", "--allow-all", `${here}${script}`];

/** Runs a contestant on the first `threads` cores. @returns What its last line says. */
async function run<T>(threads: number, command: string[]): Promise<T> {
  const cores = Array.from({ length: threads }, (_, i) => i).join(",");
  const options = ["--data", data, "--images", "2000", "--threads", String(threads)];
  options.push("--steps", values.steps, "--batch", values.batch);
  const { stdout, stderr, success } = await new Deno.Command("taskset", {
    args: ["-c", cores, ...command, ...options],
    // On some machines these slow NumPy and OpenBLAS down; the comparison is to be fair.
    env: { OMP_NUM_THREADS: String(threads), XDG_RUNTIME_DIR: "/tmp" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

/** Whether PyTorch's side can run here. */
async function hasTorch(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(PYTHON, {
      args: ["-c", "import torch, PIL"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

interface StepParts {
  total: number;
  parts: Record<Part, number>;
  rest: Record<string, number>;
}

/** The rest's kernels below this are not named, milliseconds. */
const LEAST_SHOWN = 0.5;

async function sayParts(): Promise<void> {
  const { total, parts, rest } = await run<StepParts>(1, ours("step_parts.ts"));
  const line = (name: string, ms: number) =>
    say(
      `  ${name.padEnd(22)} ${ms.toFixed(1).padStart(7)} ms ${
        (100 * ms / total).toFixed(1).padStart(6)
      } %`,
    );
  say(`A step of ${values.batch} images, 1 replica on 1 core, ${total.toFixed(0)} ms:`);
  for (const part of PARTS) line(part, parts[part]);
  const named = Object.entries(rest).filter(([, ms]) => ms >= LEAST_SHOWN)
    .toSorted(([, a], [, b]) => b - a);
  for (const [kernel, ms] of named) line(`  ${kernel}`, ms);
}

/** What a contestant says; only ours knows of meetings. */
interface Speed {
  viewsPerSecond: number;
  meetingShare?: number;
}

async function saySpeed(): Promise<void> {
  const contestants: Record<string, string[]> = { "Alike": ours("ours.ts") };
  if (values["no-torch"]) say("PyTorch is left out, as asked.");
  else if (await hasTorch()) {
    Object.assign(contestants, {
      "PyTorch": torch,
      "PyTorch channels-last": [...torch, "--channels-last"],
    });
  } else {
    say(`PyTorch is left out: ${PYTHON} cannot import torch and PIL (Debian's python3-torch).`);
  }
  const speeds = new Map<string, number[]>();
  const meetingShares: number[] = [];
  const of = (name: string, cores: number) => speeds.get(`${name}, ${cores} cores`)!;
  for (let round = 1; round <= ROUNDS; round++) {
    const shown: string[] = [];
    for (const [name, command] of Object.entries(contestants)) {
      for (const cores of [2, 1]) {
        const { viewsPerSecond, meetingShare } = await run<Speed>(cores, command);
        const key = `${name}, ${cores} cores`;
        speeds.set(key, [...speeds.get(key) ?? [], viewsPerSecond]);
        if (cores > 1 && meetingShare !== undefined) meetingShares.push(meetingShare);
        shown.push(`${name} on ${cores} ${viewsPerSecond.toFixed(0)}`);
      }
    }
    say(`Round ${round}, views/s: ${shown.join(", ")}`);
  }
  for (const cores of [2, 1]) {
    for (const name of Object.keys(contestants)) {
      const theirs = median(of(name, cores));
      const ratio = median(of("Alike", cores)) / theirs;
      const compared = name === "Alike" ? "" : `, Alike is ${ratio.toFixed(2)} times that`;
      say(`${cores} cores, median: ${name} ${theirs.toFixed(0)} views/s${compared}`);
    }
  }
  const ratios = of("Alike", 2).map((two, i) => two / of("Alike", 1)[i]!);
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(", ");
  say(`2 replicas to 1: ${median(ratios).toFixed(2)} (median of the rounds' ${all})`);
  const share = (100 * median(meetingShares)).toFixed(1);
  say(`Of 2 replicas the first meets the other, or waits for it, ${share} % of the time.`);
}

await sayParts();
if (!values["no-speed"]) await saySpeed();
