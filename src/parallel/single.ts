/** The collective of a run with one replica. @module */
import type { Collective } from "./collective.ts";

/** One replica: gathering and reducing change nothing. */
export const singleReplica: Collective = {
  rank: 0,
  size: 1,
  allGather: (values) => values.slice(),
  allReduceSum: () => {},
  barrier: () => {},
};
