/** What an embedder tells of its way through a batch: times, and the spans behind them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CorruptError, InternalError, NotFoundError } from "../../../src/errors.ts";
import { encodePng } from "../../../src/images/encode_png.ts";
import { Stages } from "../../../src/inference/stages.ts";
import type { Pretext } from "../../../src/schemas/pretext.ts";
import type { Question } from "../../../src/schemas/pretexts.ts";
import { engineWith, freshModel } from "../../support/inference.ts";
import { recordingTracing } from "../../support/recording_tracing.ts";
import { syntheticPixels } from "../../support/synthetic_images.ts";

const SIZE = 18;

function png(index: number): Promise<Uint8Array> {
  const pixels = syntheticPixels(index, SIZE, 3);
  return encodePng({ pixels, width: SIZE, height: SIZE, channels: 3 });
}

/** White on its left half. */
function mask(): Promise<Uint8Array> {
  const pixels = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => i % SIZE < SIZE / 2 ? 255 : 0);
  return encodePng({ pixels, width: SIZE, height: SIZE, channels: 1 });
}

/** An engine with one model, `m`, that has these heads and fresh weights. */
async function engineOf(...objectives: unknown[]) {
  return (await engineWith({ m: await freshModel(objectives, { size: SIZE }) })).engine;
}

/** A question each, with the spans after `load` that its answer is to have. */
const QUESTIONS: {
  [Name in Pretext]: {
    objective: unknown;
    ask(): Promise<Question<Name>>;
    spans: string[];
  };
} = {
  "rotation": {
    objective: { name: "rotation" },
    ask: async () => ({ image: await png(0) }),
    spans: ["decode 1", "forward 1"],
  },
  "jigsaw": {
    objective: { name: "jigsaw" },
    ask: async () => ({ image: await png(0), shuffle: 1 }),
    spans: ["decode 1", "forward 1", "encode 1"],
  },
  "relative-position": {
    objective: { name: "relative-position" },
    ask: async () => ({ images: [await png(0), await png(1)] }),
    spans: ["decode 2", "forward 2"],
  },
  "frame-order": {
    objective: { name: "frame-order" },
    ask: async () => ({ images: await Promise.all([0, 1, 2].map(png)) }),
    spans: ["decode 3", "forward 3"],
  },
  "reconstruct": {
    objective: { name: "autoencoder" },
    ask: async () => ({ image: await png(0) }),
    spans: ["decode 1", "forward 1", "encode 1"],
  },
  "denoise": {
    objective: { name: "denoising-autoencoder" },
    ask: async () => ({ image: await png(0), seed: 1, noise: {} }),
    spans: ["decode 1", "forward 1", "encode 2"],
  },
  "inpaint": {
    objective: { name: "context-encoder" },
    ask: async () => ({ image: await png(0), mask: await mask() }),
    spans: ["decode 1", "decode 1", "forward 1", "encode 1"],
  },
};

for (const pretext of Object.keys(QUESTIONS) as Pretext[]) {
  Deno.test(`${pretext} is decoded and computed in stages, as embeddings are`, async () => {
    const { objective, ask, spans } = QUESTIONS[pretext];
    const engine = await engineOf(objective);
    const question = await ask();
    for (const first of [true, false]) {
      const recorded = await recordingTracing();
      const stages = new Stages(recorded.tracing);
      const [answer] = await engine.predict("m", pretext, [question as never], stages);
      assert(answer!.ok, JSON.stringify(answer));
      const expected = first ? ["load 1", ...spans] : spans;
      assertEquals(
        recorded.spans.map(({ name, attributes }) => `${name} ${attributes["alike.images"]}`),
        expected,
      );
      assert(recorded.spans.every(({ ended, thrown }) => ended && thrown === undefined));
      const names = new Set(expected.map((span) => span.split(" ")[0]!));
      assertEquals(new Set(Object.keys(stages.times)), names);
      for (const time of Object.values(stages.times)) assert(time >= 0);
    }
    engine.forget("m");
  });
}

Deno.test("embeddings and NT-Xent have their stages", async () => {
  const engine = await engineOf({ name: "simclr" });
  const stages = new Stages();
  await engine.embed("m", [await png(0), new Uint8Array(3)], stages);
  assertEquals(Object.keys(stages.times), ["load", "decode", "forward"]);
  const loss = new Stages();
  const embeddings = [[1, 0], [0, 1], [1, 1], [1, 2]];
  await engine.ntXent({ embeddings, temperature: 0.5, gradient: false }, loss);
  assertEquals(Object.keys(loss.times), ["forward"]);
  const nothing = new Stages();
  await engine.embed("m", [new Uint8Array(3)], nothing);
  assertEquals(Object.keys(nothing.times), ["decode"], "there was nothing to compute");
  engine.forget("m");
});

Deno.test("a stage that comes again is added, and one that throws is counted and recorded", async () => {
  const { tracing, spans } = await recordingTracing();
  const stages = new Stages(tracing);
  const wait = () => new Promise((resolve) => setTimeout(resolve, 2));
  await stages.run("forward", 1, wait);
  const once = stages.times.forward!;
  await stages.run("forward", 1, wait);
  assert(stages.times.forward! > once);
  const failing = (error: Error) => () => Promise.reject(error);
  for (
    const [stage, error] of [
      ["decode", new CorruptError("Cannot decode: it is torn")],
      ["decode", new TypeError("not a function")],
      ["load", new CorruptError("Cannot load: it is torn")],
      ["load", new NotFoundError("Cannot find it")],
      ["forward", new InternalError("Cannot go on")],
    ] as const
  ) await assertRejects(() => stages.run(stage, 1, failing(error)), error.constructor as never);
  assertEquals(spans.map(({ name, thrown, failed }) => [name, thrown, failed]), [
    ["forward", undefined, false],
    ["forward", undefined, false],
    // An image that cannot be decoded is its sender's; weights that cannot be read are ours.
    ["decode", "CorruptError", false],
    ["decode", "TypeError", true],
    ["load", "CorruptError", true],
    ["load", "NotFoundError", false],
    ["forward", "InternalError", true],
  ]);
  assertEquals(Object.keys(stages.times), ["forward", "decode", "load"]);
});
