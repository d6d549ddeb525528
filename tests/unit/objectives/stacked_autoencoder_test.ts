import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { packImages } from "../../../src/data/pack_images.ts";
import { stageAt } from "../../../src/objectives/stacked_autoencoder.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { Run } from "../../../src/training/run.ts";
import { readMetrics } from "../../../src/training/train_step.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { trainSpec } from "../../support/train_spec.ts";

Deno.test("stages share the first part of the run equally, then all learn", () => {
  const at = (progress: number) => stageAt(progress, 0.6, 3);
  assertEquals([0, 0.19, 0.21, 0.39, 0.41, 0.599].map(at), [0, 0, 1, 1, 2, 2]);
  assertEquals([0.6, 0.8, 1].map(at), [null, null, null]);
  assertEquals(stageAt(0, 0, 3), null);
});

Deno.test("only the stage whose turn it is moves, with its statistics; at the end all do", async () => {
  await selectBackend("wasm");
  const objective = { name: "stacked-denoising-autoencoder", pretraining: 0.8 };
  const spec = trainSpec({ objective });
  const { size, channels } = spec.preprocessing;
  const images = await packImages(syntheticSource(16, size, channels), {
    size,
    channels,
    maxPixels: 1e6,
  });
  const run = new Run({ spec, images, collective: singleReplica, digest: "test" });
  try {
    // Adam's momentum of a stage would go on moving it in the turns of the others.
    for (const [turn, progress] of [0.1, 0.3, 0.5, 0.7, 0.9].entries()) {
      for (let i = 0; i < 3; i++) {
        const before = await run.network.weights();
        const report = run.step(1e-3, true, false, progress);
        const metrics = await readMetrics(report);
        assert(Number.isFinite(metrics.loss));
        assertEquals("stackedPsnrGain" in metrics, turn === 4);
        const after = await run.network.weights();
        for (const [name, { data }] of before) {
          const own = [`encoder/conv${turn}/`, `encoder/norm${turn}/`, decoderOf(turn)];
          const moves = turn === 4 || own.some((prefix) => name.startsWith(prefix));
          const compare = moves ? assertNotEquals : assertEquals;
          compare(after.get(name)!.data, data, `${name} at ${progress}`);
        }
      }
    }
  } finally {
    run.dispose();
    images.close();
  }
});

function decoderOf(stage: number): string {
  const head = "heads/stacked-denoising-autoencoder";
  return stage === 0 ? `${head}/image/` : `${head}/stage${stage}/`;
}
