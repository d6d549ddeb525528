/** What a worker proves of its backend before it is ready. @module */
import { augmentSelfTests } from "../src/data/augment/augment_self_test.ts";
import { runSelfTest, type SelfTestResult, tensorSelfTests } from "../src/tensor/self_test.ts";

/** Runs every self-test there is on the current backend. */
export function proveBackend(): Promise<SelfTestResult[]> {
  return runSelfTest([...tensorSelfTests(), ...augmentSelfTests()]);
}
