import { assertEquals } from "@std/assert";
import { augmentSelfTests } from "../../../../src/data/augment/augment_self_test.ts";
import { runSelfTest } from "../../../../src/tensor/self_test.ts";
import { fusedSelfTests } from "../../../../src/tensor/self_tests/fused.ts";
import { onBackend, TEST_BACKENDS } from "../../../support/test_backends.ts";

for (const backend of TEST_BACKENDS) {
  Deno.test(`the self-test's fused operations and augmentation pass on ${backend}`, () =>
    onBackend(backend, async () => {
      const results = await runSelfTest([...fusedSelfTests(), ...augmentSelfTests()]);
      assertEquals(results.filter(({ ok }) => !ok), []);
    }));
}
