/** CPU time of a process by thread, from /proc: where the time of a request goes. @module */

/** Nanoseconds since each thread began, by its name and id. */
export type ThreadTimes = Map<string, number>;

/** What each thread of a process has taken so far. */
export async function threadTimes(pid: number): Promise<ThreadTimes> {
  const times: ThreadTimes = new Map();
  const folder = `/proc/${pid}/task`;
  for await (const { name: id } of Deno.readDir(folder)) {
    try {
      const name = (await Deno.readTextFile(`${folder}/${id}/comm`)).trim();
      const [nanoseconds] = (await Deno.readTextFile(`${folder}/${id}/schedstat`)).split(" ");
      times.set(`${id === String(pid) ? "main" : name} ${id}`, Number(nanoseconds));
    } catch (error) {
      // A thread that has ended meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return times;
}
