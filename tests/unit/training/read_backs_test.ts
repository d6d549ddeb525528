/**
 * A step of training on a GPU waits for no number of it, but for the metrics where they are asked
 * for.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { packImages } from "../../../src/data/pack_images.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { Run } from "../../../src/training/run.ts";
import { readMetrics } from "../../../src/training/train_step.ts";
import { countGpuWork } from "../../support/gpu_work.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { onBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";
import { trainSpec } from "../../support/train_spec.ts";

for (const name of ["simclr", "rotation", "jigsaw"]) {
  Deno.test({
    name: `steps of ${name} on webgpu read nothing back but the metrics that are asked for`,
    ignore: WEBGPU_BACKENDS.length === 0,
    fn: () =>
      onBackend("webgpu", async () => {
        const images = await packImages(syntheticSource(16, 16, 3), {
          size: 16,
          channels: 3,
          maxPixels: 1e6,
        });
        const spec = trainSpec({ objective: { name } });
        const run = new Run({ spec, images, collective: singleReplica, digest: "test" });
        const quiet = await countGpuWork(() => {
          for (let step = 0; step < 3; step++) {
            for (const metric of Object.values(run.step(1e-3, false).metrics)) metric.dispose();
          }
        });
        assert(quiet.dispatches > 100, `${quiet.dispatches} dispatches in three steps`);
        assertEquals(quiet.readBacks, 0);
        const metrics: Record<string, number> = {};
        const reported = await countGpuWork(async () => {
          Object.assign(metrics, await readMetrics(run.step(1e-3, true)));
        });
        assertEquals(reported.readBacks, Object.keys(metrics).length);
        assertEquals(reported.readBytes, 4 * reported.readBacks);
        assert(Object.values(metrics).every(Number.isFinite));
        run.dispose();
        images.close();
      }),
  });
}
