import { fusedSelfTests } from "../../../../src/tensor/self_tests/fused.ts";
import { onBackend, TEST_BACKENDS } from "../../../support/test_backends.ts";

for (const backend of TEST_BACKENDS) {
  Deno.test(`the self-test's fused operations pass on ${backend}`, () =>
    onBackend(backend, async () => {
      for (const { kernel, run, want, tolerance } of fusedSelfTests) {
        const result = run();
        const values = await result.data();
        result.dispose();
        if (values.length !== want.length) {
          throw new Error(`${kernel}: ${values.length} numbers, wanted ${want.length}`);
        }
        want.forEach((wanted, i) => {
          const error = Math.abs(values[i]! - wanted);
          if (!(error <= tolerance)) {
            throw new Error(`${kernel}: number ${i} is ${values[i]}, wanted ${wanted}`);
          }
        });
      }
    }));
}
