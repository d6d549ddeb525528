import { assert, assertEquals } from "@std/assert";
import { singleReplica } from "../../../src/parallel/single.ts";
import type { Collective } from "../../../src/parallel/collective.ts";
import { measureStep, noiseImages } from "../../../src/training/measure_step.ts";
import { onBackend } from "../../support/test_backends.ts";
import { trainSpec } from "../../support/train_spec.ts";

Deno.test("a step is measured, in chunks too, and nothing stays behind", () =>
  onBackend("wasm simd", async () => {
    for (const chunkSize of [null, 4]) {
      const started: number[] = [];
      const { seconds } = await measureStep(trainSpec({ chunkSize }), ({ images }) => {
        started.push(images.count);
        return Promise.resolve<Collective>(singleReplica);
      });
      assert(seconds > 0 && Number.isFinite(seconds));
      assertEquals(started, [8]);
    }
  }));

Deno.test("noise is one batch of the spec's images", () => {
  const images = noiseImages(trainSpec({ batchSize: 3, preprocessing: { size: 16, channels: 1 } }));
  const { pixels, count } = images.gather([0, 1, 2], 0);
  assertEquals([images.count, count, pixels.length], [3, 3, 3 * 16 * 16]);
  assert(new Set(pixels).size > 100);
  images.close();
});
