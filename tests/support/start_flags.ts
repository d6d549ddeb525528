/** How `deno task start` sets V8 up, for whoever starts a service without the task. @module */

/** The flags of a folder of this repository's code. */
export function startFlags(folder: string): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${folder}/deno.json`));
  return (tasks.start as string).split(" ").filter((word) => word.startsWith("--v8-flags"));
}
