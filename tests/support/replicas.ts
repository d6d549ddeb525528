/**
 * Replicas in lock step on one thread.
 *
 * A replica that reaches a meeting whose outcome is not known yet leaves its contribution and is
 * abandoned; when all have come so far, everyone starts again with the outcome known. What they
 * run must therefore be a pure function of its collective.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Collective } from "../../src/parallel/collective.ts";

/** Thrown out of a replica that has to wait; not an error. */
class Waiting {}

interface Meeting {
  kind: "allGather" | "allReduceSum" | "barrier";
  contributions: (Float32Array | undefined)[];
}

/**
 * Runs `replica` once for each of `size` replicas.
 *
 * @returns What each returned, in order of rank.
 * @throws {Error} If replicas do not make the same calls.
 */
export function runReplicas<T>(size: number, replica: (collective: Collective) => T): T[] {
  const meetings: Meeting[] = [];
  for (;;) {
    const results: T[] = [];
    let waiting = 0;
    for (let rank = 0; rank < size; rank++) {
      try {
        results.push(
          abandonable(() => replica(new ReplayedCollective(rank, size, meetings))),
        );
      } catch (error) {
        if (!(error instanceof Waiting)) throw error;
        waiting++;
      }
    }
    if (waiting === 0) return results;
    if (waiting !== size) throw new Error("replicas do not make the same number of calls");
  }
}

/** Runs `work`; if it throws, frees the tensors that tfjs kept for gradients in the meantime. */
function abandonable<T>(work: () => T): T {
  const engine = tf.engine();
  const keep = engine.keep;
  const kept: tf.Tensor[] = [];
  engine.keep = <K extends tf.Tensor>(tensor: K): K => {
    kept.push(tensor);
    return keep.call(engine, tensor) as K;
  };
  try {
    return work();
  } catch (error) {
    tf.dispose(kept);
    throw error;
  } finally {
    engine.keep = keep;
  }
}

class ReplayedCollective implements Collective {
  readonly rank: number;
  readonly size: number;
  readonly #meetings: Meeting[];
  #next = 0;

  constructor(rank: number, size: number, meetings: Meeting[]) {
    this.rank = rank;
    this.size = size;
    this.#meetings = meetings;
  }

  #meet(kind: Meeting["kind"], values: Float32Array): Float32Array[] {
    const index = this.#next++;
    const meeting = this.#meetings[index] ??= {
      kind,
      contributions: new Array(this.size).fill(undefined),
    };
    if (meeting.kind !== kind) throw new Error(`${kind} met ${meeting.kind}`);
    const given = meeting.contributions.filter((values) => values !== undefined);
    if (given.length < this.size) {
      meeting.contributions[this.rank] = values.slice();
      throw new Waiting();
    }
    if (given.some(({ length }) => length !== values.length)) {
      throw new Error(`replicas gave ${given.map(({ length }) => length)} numbers to ${kind}`);
    }
    return given;
  }

  allGather(values: Float32Array): Float32Array {
    return Float32Array.from(this.#meet("allGather", values).flatMap((given) => [...given]));
  }

  allReduceSum(values: Float32Array): void {
    const given = this.#meet("allReduceSum", values);
    values.forEach((_, i) => {
      values[i] = given.reduce((sum, one) => sum + one[i]!, 0);
    });
  }

  barrier(): void {
    this.#meet("barrier", new Float32Array());
  }
}
