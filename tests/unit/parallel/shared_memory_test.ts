import { assertEquals } from "@std/assert";
import {
  breakMeeting,
  createMeeting,
  joinMeeting,
  type SharedMeeting,
} from "../../../src/parallel/shared_memory.ts";

interface Answer {
  results?: number[][];
  error?: string;
}

/** Runs replicas 0..size-1 in workers; `only` leaves some out. */
async function run(
  meeting: SharedMeeting,
  rounds: number,
  ranks: number[],
  started?: () => void,
): Promise<Answer[]> {
  const workers = ranks.map(() =>
    new Worker(new URL("../../support/replica_worker.ts", import.meta.url), { type: "module" })
  );
  const answers = workers.map((worker, i) =>
    new Promise<Answer>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage({ meeting, rank: ranks[i], rounds });
    })
  );
  started?.();
  const all = await Promise.all(answers);
  for (const worker of workers) worker.terminate();
  return all;
}

Deno.test("three replicas gather and reduce the same bits, however far out of step", async () => {
  // A capacity below the longest message, so that some take several rounds.
  const meeting = createMeeting(3, 8);
  const rounds = 200;
  const answers = await run(meeting, rounds, [0, 1, 2]);
  for (const { results } of answers) {
    for (let round = 0; round < rounds; round++) {
      const length = 1 + round % 11;
      const own = (rank: number) => Array.from({ length }, (_, i) => 100 * rank + round + i / 16);
      assertEquals(results![2 * round], [...own(0), ...own(1), ...own(2)]);
      assertEquals(
        results![2 * round + 1],
        Array.from({ length }, (_, i) => own(0)[i]! + own(1)[i]! + own(2)[i]!),
      );
    }
  }
});

Deno.test("a replica that never comes leaves nobody waiting once the meeting is broken", async () => {
  const meeting = createMeeting(3, 8);
  const answers = await run(meeting, 1, [0, 2], () => {
    setTimeout(() => breakMeeting(meeting), 50);
  });
  assertEquals(answers.map(({ error }) => error), ["WorkerDiedError", "WorkerDiedError"]);
});

Deno.test("a meeting of one changes nothing", () => {
  const collective = joinMeeting(createMeeting(1), 0);
  const values = Float32Array.of(1, 2, 3);
  assertEquals([...collective.allGather(values)], [1, 2, 3]);
  collective.allReduceSum(values);
  assertEquals([...values], [1, 2, 3]);
});
