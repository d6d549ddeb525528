/**
 * `deno task bench:train`: training speed beside PyTorch's, in both its memory layouts,
 * alternating within one run.
 *
 * Same network (CIFAR ResNet-8, width 16), same images, batch 256 pairs, SimCLR's augmentations,
 * NT-Xent, Adam; on 2 cores and on 1 (`taskset`). Needs Debian's python3-torch and python3-pil.
 * Reads ALIKE_CIFAR10, default ../shared/data/cifar10.
 *
 * @module
 */
const data = Deno.env.get("ALIKE_CIFAR10") ?? "../shared/data/cifar10";
const ROUNDS = Number(Deno.args[0] ?? 3);
const STEPS = 20;

async function measure(threads: number, command: string[]): Promise<number> {
  const cores = Array.from({ length: threads }, (_, i) => i).join(",");
  const options = ["--data", data, "--steps", String(STEPS), "--threads", String(threads)];
  const { stdout, stderr, success } = await new Deno.Command("taskset", {
    args: ["-c", cores, ...command, ...options, "--images", "2000"],
    // On some machines these slow NumPy and OpenBLAS down; the comparison is to be fair.
    env: { OMP_NUM_THREADS: String(threads), XDG_RUNTIME_DIR: "/tmp" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const line = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  return JSON.parse(line).viewsPerSecond;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const here = new URL("./", import.meta.url).pathname;
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const torch = ["/usr/bin/python3", `${here}../pytorch/simclr_cifar.py`];
const CONTESTANTS: Record<string, string[]> = {
  "PyTorch": torch,
  "PyTorch channels-last": [...torch, "--channels-last"],
  "Alike": [Deno.execPath(), "run", "--allow-all", `${here}ours.ts`],
};
for (const threads of [2, 1]) {
  const speeds: Record<string, number[]> = {};
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, command] of Object.entries(CONTESTANTS)) {
      (speeds[name] ??= []).push(await measure(threads, command));
    }
    const last = Object.entries(speeds).map(([name, all]) => `${name} ${all.at(-1)!.toFixed(0)}`);
    say(`${threads} cores, round ${round}: ${last.join(", ")} views/s`);
  }
  const ours = median(speeds["Alike"]!);
  for (const [name, all] of Object.entries(speeds)) {
    const ratio = name === "Alike"
      ? ""
      : `, Alike is ${(ours / median(all)).toFixed(2)} times that`;
    say(`${threads} cores, median: ${name} ${median(all).toFixed(0)} views/s${ratio}`);
  }
}
