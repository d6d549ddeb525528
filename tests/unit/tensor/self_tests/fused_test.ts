import { assertEquals } from "@std/assert";
import { augmentSelfTests } from "../../../../src/data/augment/augment_self_test.ts";
import { runSelfTest } from "../../../../src/tensor/self_test.ts";
import { fusedSelfTests } from "../../../../src/tensor/self_tests/fused.ts";
import { tileSelfTests } from "../../../../src/tensor/self_tests/tiles.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`the self-test's fused operations and augmentation pass on ${backend}`, () =>
    onBackend(backend, async () => {
      const results = await runSelfTest([
        ...fusedSelfTests(),
        ...tileSelfTests(),
        ...augmentSelfTests(),
      ]);
      assertEquals(results.filter(({ ok }) => !ok), []);
    }));
}
