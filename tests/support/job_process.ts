/**
 * A process to be killed: runs a job in the folder that is its argument, and prints the job's id
 * once that has a checkpoint and will get no further.
 *
 * @module
 */
import { JobBench } from "./job_bench.ts";

const bench = await JobBench.open(Deno.args[0]!);
const id = await bench.submit("stall-1");
await bench.until(id, ({ type }) => type === "checkpoint");
await Deno.stdout.write(new TextEncoder().encode(`${id}\n`));
