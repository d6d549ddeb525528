/** A replica that calls a collective as it is told; see shared_memory_test.ts. @module */
import { joinMeeting, type SharedMeeting } from "../../src/parallel/shared_memory.ts";

declare const self: {
  onmessage: (
    event: MessageEvent<{ meeting: SharedMeeting; rank: number; rounds: number }>,
  ) => void;
  postMessage(message: unknown): void;
};

self.onmessage = ({ data: { meeting, rank, rounds } }) => {
  const collective = joinMeeting(meeting, rank);
  const results: number[][] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      // Replicas get out of step on purpose.
      let busy = (rank * 7919 + round * 104729) % 5000;
      while (busy > 0) busy--;
      const length = 1 + round % 11;
      const own = Float32Array.from({ length }, (_, i) => 100 * rank + round + i / 16);
      results.push([...collective.allGather(own)]);
      collective.allReduceSum(own);
      results.push([...own]);
      if (round % 3 === 0) collective.barrier();
    }
    self.postMessage({ results });
  } catch (error) {
    self.postMessage({ error: (error as Error).name });
  }
};
