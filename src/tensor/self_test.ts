/**
 * Self-test: runs each kernel we depend on, and its gradient, on tiny inputs against plain numbers,
 * at the start of every worker. A backend that answers wrong numbers silently is worse than none.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { convSelfTests } from "./self_tests/conv.ts";
import { denseSelfTests } from "./self_tests/dense.ts";
import { fusedSelfTests } from "./self_tests/fused.ts";
import type { SelfTestCase } from "./self_tests/self_test_case.ts";
import { tileSelfTests } from "./self_tests/tiles.ts";

/** What one kernel answered. */
export interface SelfTestResult {
  /** The kernel or operation, `Conv2DBackpropFilter 3x3 stride 1`. */
  kernel: string;
  ok: boolean;
  /**
   * Largest absolute difference from the reference; the largest number there is if there was no
   * finite answer.
   */
  error: number;
  /** What is wrong, or null. */
  message: string | null;
}

/** The cases of the kernels in this folder. */
export function tensorSelfTests(): SelfTestCase[] {
  return [
    ...convSelfTests(),
    ...denseSelfTests(),
    ...fusedSelfTests(),
    ...tileSelfTests(),
  ];
}

/** Runs the cases on the current backend. Never throws: what a case throws is its message. */
export async function runSelfTest(
  cases: SelfTestCase[] = tensorSelfTests(),
): Promise<SelfTestResult[]> {
  const results: SelfTestResult[] = [];
  for (const each of cases) results.push(await runCase(each));
  return results;
}

async function runCase({ kernel, run, want, tolerance }: SelfTestCase): Promise<SelfTestResult> {
  let got: ArrayLike<number>;
  let expected: number[];
  try {
    expected = want();
    const tensor = tf.tidy(run);
    try {
      got = await tensor.data();
    } finally {
      tensor.dispose();
    }
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { kernel, ok: false, error: Number.MAX_VALUE, message };
  }
  if (got.length !== expected.length) {
    const message = `answered ${got.length} numbers, not ${expected.length}`;
    return { kernel, ok: false, error: Number.MAX_VALUE, message };
  }
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(got[i]! - expected[i]!);
    if (!Number.isFinite(difference)) {
      const message = `number ${i} is ${got[i]}, not ${expected[i]}`;
      return { kernel, ok: false, error: Number.MAX_VALUE, message };
    }
    error = Math.max(error, difference);
  }
  const ok = error <= tolerance;
  return {
    kernel,
    ok,
    error,
    message: ok ? null : `off by ${error}, at most ${tolerance} allowed`,
  };
}
