/**
 * The collective of replicas in workers of one process: they meet in a SharedArrayBuffer.
 *
 * Each replica has a slot in each of two areas, used in turn. It writes its slot, waits until all
 * have, and reads everybody's. A slot is written again only two calls later; by then every replica
 * has arrived at the call between, so it has finished reading: one barrier a call is enough.
 *
 * Waiting spins for some microseconds, since replicas are nearly in step, then sleeps.
 *
 * @module
 */
import { WorkerDiedError } from "../errors.ts";
import type { Collective } from "./collective.ts";

/** Int32 words in front of the slots. */
const ARRIVED = 0;
const GENERATION = 1;
const BROKEN = 2;
const CONTROL_WORDS = 16;

/** Numbers in a slot; longer messages go in several rounds. */
const DEFAULT_CAPACITY = 1 << 18;

/** Looks at the generation before a replica goes to sleep; about 20 µs. */
const SPINS = 2000;

/** A sleeping replica looks up this often whether the meeting was broken, milliseconds. */
const LOOK_UP_MS = 200;

/** A replica that has not come after this long never will: it ended without a word. */
const PATIENCE_MS = 10 * 60_000;

/** What replicas are handed to meet; goes through `postMessage`. */
export interface SharedMeeting {
  buffer: SharedArrayBuffer;
  size: number;
  /** Numbers in a slot. */
  capacity: number;
}

/** Makes the memory for `size` replicas. */
export function createMeeting(size: number, capacity = DEFAULT_CAPACITY): SharedMeeting {
  const bytes = 4 * (CONTROL_WORDS + 2 * size * capacity);
  return { buffer: new SharedArrayBuffer(bytes), size, capacity };
}

/** Wakes every replica that waits; this and each later call of theirs throws. */
export function breakMeeting(meeting: SharedMeeting): void {
  const control = new Int32Array(meeting.buffer, 0, CONTROL_WORDS);
  Atomics.store(control, BROKEN, 1);
  Atomics.notify(control, GENERATION);
}

/**
 * Joins a meeting as replica `rank`.
 *
 * @throws {WorkerDiedError} From each call, once the meeting was broken.
 */
export function joinMeeting(meeting: SharedMeeting, rank: number): Collective {
  const { buffer, size, capacity } = meeting;
  const control = new Int32Array(buffer, 0, CONTROL_WORDS);
  const areas = [0, 1].map((area) =>
    Array.from(
      { length: size },
      (_, slot) =>
        new Float32Array(buffer, 4 * (CONTROL_WORDS + (area * size + slot) * capacity), capacity),
    )
  );
  let calls = 0;

  const barrier = () => {
    const generation = Atomics.load(control, GENERATION);
    if (Atomics.add(control, ARRIVED, 1) === size - 1) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
    } else {
      for (let i = 0; i < SPINS && Atomics.load(control, GENERATION) === generation; i++);
      let waited = 0;
      while (
        Atomics.load(control, GENERATION) === generation && Atomics.load(control, BROKEN) === 0
      ) {
        if (Atomics.wait(control, GENERATION, generation, LOOK_UP_MS) === "timed-out") {
          waited += LOOK_UP_MS;
        }
        if (waited >= PATIENCE_MS) breakMeeting(meeting);
      }
    }
    if (Atomics.load(control, BROKEN) !== 0) {
      throw new WorkerDiedError("Cannot go on: another replica has ended");
    }
  };

  /** Lets everybody see `part`; calls `read` with all slots while they may be read. */
  const exchange = (part: Float32Array, read: (slots: Float32Array[]) => void) => {
    const slots = areas[calls++ % 2]!;
    slots[rank]!.set(part);
    barrier();
    read(slots);
  };

  return {
    rank,
    size,
    allGather(values) {
      const all = new Float32Array(size * values.length);
      for (let start = 0; start < values.length; start += capacity) {
        const part = values.subarray(start, start + capacity);
        exchange(
          part,
          (slots) =>
            slots.forEach((slot, i) =>
              all.set(slot.subarray(0, part.length), i * values.length + start)
            ),
        );
      }
      return all;
    },
    allReduceSum(values) {
      for (let start = 0; start < values.length; start += capacity) {
        const part = values.subarray(start, start + capacity);
        exchange(part, (slots) => {
          for (let i = 0; i < part.length; i++) {
            let sum = slots[0]![i]!;
            for (let slot = 1; slot < size; slot++) sum += slots[slot]![i]!;
            part[i] = sum;
          }
        });
      }
    },
    barrier,
  };
}
