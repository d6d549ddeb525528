/** Processes that measure something and print it as their last line, `{"imagesPerSecond": …}`. @module */

/** Runs one on the first `cores` cores. @returns Images a second. */
export async function measure(
  cores: number,
  command: string[],
  options: string[],
): Promise<number> {
  const list = Array.from({ length: cores }, (_, i) => i).join(",");
  const { stdout, stderr, success } = await new Deno.Command("taskset", {
    args: ["-c", list, ...command, ...options],
    // On some machines more threads than cores slow OpenBLAS down; the comparison is to be fair.
    env: { OMP_NUM_THREADS: String(cores), XDG_RUNTIME_DIR: "/tmp" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!).imagesPerSecond;
}

/** A program of ours in this folder. */
export function script(name: string): string[] {
  return [Deno.execPath(), "run", "--allow-all", new URL(`./${name}`, import.meta.url).pathname];
}

/** Prints a line. */
export function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Of an odd number of values the middle one. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
