import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { packImages } from "../../../src/data/pack_images.ts";
import { toInput } from "../../../src/data/to_input.ts";
import type { Encoder } from "../../../src/encoders/encoder.ts";
import { createEncoder } from "../../../src/encoders/mod.ts";
import { CancelledError, CorruptError, InternalError } from "../../../src/errors.ts";
import { MlpHead } from "../../../src/objectives/mlp_head.ts";
import { readVariables, writeVariables } from "../../../src/objectives/network.ts";
import { Random } from "../../../src/random.ts";
import type { ProtocolResult } from "../../../src/schemas/evaluation.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { encoderDigest, withFrozen } from "../../../src/training/encoder_digest.ts";
import { evaluateModel, type EvaluateModelOptions } from "../../../src/training/evaluate_model.ts";
import type { TrainEvent } from "../../../src/training/train_event.ts";
import { evaluationSpec, SHORT_BUDGET } from "../../support/evaluation_spec.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";

const SIZE = 16;
const model = {
  encoder: { name: "small_conv" as const, width: 4 },
  preprocessing: { size: SIZE, channels: 3 as const, mean: 0.5, standardDeviation: 0.25 },
  dimensions: 32,
  objectives: [],
};
const data = {
  train: syntheticSource(80, SIZE, 3),
  dataset: syntheticSource(60, SIZE, 3, { first: 1000 }),
  training: null,
};

async function withEncoder(work: (encoder: Encoder) => Promise<void>): Promise<void> {
  await selectBackend("wasm");
  const before = tf.memory().numTensors;
  const encoder = createEncoder(model.encoder, 3, new Random(7));
  try {
    await work(encoder);
  } finally {
    encoder.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
}

/** A result that must be of that protocol. */
function ofKind<Kind extends ProtocolResult["kind"]>(
  result: ProtocolResult | undefined,
  kind: Kind,
): Extract<ProtocolResult, { kind: Kind }> {
  assertEquals(result?.kind, kind);
  return result as Extract<ProtocolResult, { kind: Kind }>;
}

function evaluate(encoder: Encoder, options: Partial<EvaluateModelOptions> = {}) {
  return evaluateModel({
    spec: evaluationSpec(),
    model,
    encoder,
    data,
    backend: { name: "wasm", reason: "test", adapter: "test" },
    maxPixels: 1e6,
    signal: new AbortController().signal,
    tell: () => {},
    ...options,
  });
}

Deno.test("every protocol has its result, and the encoder stays as it was", () =>
  withEncoder(async (encoder) => {
    const before = await encoderDigest(encoder);
    const events: TrainEvent[] = [];
    const spec = evaluationSpec({ protocols: ["knn", "linear", "finetune", "supervised"] });
    const { results, frozen, train, dataset } = await evaluate(encoder, {
      spec,
      tell: (event) => void events.push(event),
    });
    assertEquals(results.map(({ kind }) => kind), [
      "knn",
      "linear",
      "finetune",
      "finetune",
      "supervised",
    ]);
    assertEquals(frozen, { before, after: before });
    assertEquals(await encoderDigest(encoder), before);
    assertEquals([train.items, dataset.items], [80, 60]);
    for (const { confusion, queries } of results) {
      assertEquals(queries, 60);
      const counted = confusion!.matrix!.flat().reduce((sum, n) => sum + n, 0);
      assertEquals(counted + confusion!.otherLabels, 60);
    }
    const tenth = ofKind(results[2], "finetune");
    const half = ofKind(results[3], "finetune");
    const supervised = ofKind(results[4], "supervised");
    assertEquals([tenth.fraction, tenth.labels, half.labels], [0.1, 8, 40]);
    assert(supervised.gap !== null);
    assertEquals(supervised.budget.steps, 10);

    const told = events.flatMap((event) => event.type === "evaluation" ? [event.summary] : []);
    assertEquals(told.map(({ protocol }) => protocol), results.map(({ kind }) => kind));
    const shares = events.flatMap((event) =>
      event.type === "progress" ? [event.progress.fraction] : []
    );
    assertEquals(shares, shares.toSorted((a, b) => a - b));
    assert(shares.at(-1)! > 0.95 && shares.at(-1)! <= 1 + 1e-9, `${shares.at(-1)}`);
  }));

Deno.test("the same evaluation has the same results, to the last bit", () =>
  withEncoder(async (encoder) => {
    const spec = evaluationSpec({ protocols: ["linear", "finetune"] });
    const first = await evaluate(encoder, { spec });
    const second = await evaluate(encoder, { spec });
    assertEquals(second.results, first.results);
  }));

Deno.test("an untrained model gains nothing over the untrained baseline, which is itself", () =>
  withEncoder(async () => {
    const encoder = createEncoder(model.encoder, 3, new Random(1).fork("weights").fork("encoder"));
    const { results } = await evaluate(encoder, { spec: evaluationSpec({ protocols: ["knn"] }) });
    encoder.dispose();
    const knn = ofKind(results[0], "knn");
    assertEquals(knn.trained, knn.untrained);
  }));

Deno.test("fine-tuning may begin from the projector's hidden layer, which is left as it was", () =>
  withEncoder(async (encoder) => {
    const options = { inputs: 32, hidden: 24, outputs: 8, output: "z", bias: false };
    const projector = new MlpHead(options, new Random(3));
    const named = [...projector.parameters(), ...projector.buffers()];
    const weights = await readVariables(named);
    const { finetune } = evaluationSpec();
    const run = async (parts: Partial<typeof finetune>, given?: MlpHead) => {
      const spec = evaluationSpec({
        protocols: ["finetune"],
        finetune: { ...finetune, fractions: [0.5], ...parts },
      });
      const { results } = await evaluate(encoder, { spec, projector: given });
      return ofKind(results[0], "finetune");
    };
    // A run that is long enough to tell: a zeroed hidden layer has nothing to learn from.
    const long = { steps: 60, on: "projection" as const };
    const onto = await run(long, projector);
    assertEquals(onto.on, "projection");
    assertEquals(await readVariables(named), weights);
    assert((await run({ ...long, on: "h" }, projector)).pretrained.value !== onto.pretrained.value);
    const dead = new Map(weights);
    dead.set("hidden_norm/gamma", { shape: [24], data: new Float32Array(24) });
    dead.set("hidden_norm/beta", { shape: [24], data: new Float32Array(24).fill(-1) });
    writeVariables(named, dead);
    const none = await run(long, projector);
    assert(none.pretrained.value < onto.pretrained.value, "begins from the projector's weights");
    assertEquals(none.scratch, onto.scratch);
    projector.dispose();
  }));

Deno.test("colours are distorted where that is asked, of grey images too", () =>
  withEncoder(async (encoder) => {
    const { finetune } = evaluationSpec();
    const run = async (jitter: number) => {
      const spec = evaluationSpec({
        protocols: ["finetune"],
        finetune: { ...finetune, steps: 20, fractions: [0.5], jitter },
      });
      return ofKind((await evaluate(encoder, { spec })).results[0], "finetune");
    };
    const [plain, coloured] = [await run(0), await run(1)];
    assertEquals([plain.budget.jitter, coloured.budget.jitter], [0, 1]);
    assertNotEquals(coloured.confusion, plain.confusion);
    const grey = { ...model, preprocessing: { ...model.preprocessing, channels: 1 as const } };
    const own = createEncoder(model.encoder, 1, new Random(7));
    const spec = evaluationSpec({
      protocols: ["finetune"],
      finetune: { ...finetune, fractions: [0.5], jitter: 1 },
    });
    await evaluate(own, { spec, model: grey });
    own.dispose();
  }));

Deno.test("items without labels are learned from where that is asked, beside the labels alone", () =>
  withEncoder(async (encoder) => {
    const before = await encoderDigest(encoder);
    const { finetune } = evaluationSpec();
    // Four labels, one of each class, among 80 items.
    const base = { ...finetune, fractions: [0.05], steps: 60, learningRate: 1e-2, crop: 0.8 };
    const unlabelled = {
      items: 50,
      batchSize: 16,
      threshold: 0.4,
      weight: 1,
      crop: 0.6,
      jitter: 0,
    };
    const run = async (parts: Partial<typeof finetune>) => {
      const spec = evaluationSpec({ protocols: ["finetune"], finetune: { ...base, ...parts } });
      const report = await evaluate(encoder, { spec });
      return { ...report, result: ofKind(report.results[0], "finetune") };
    };
    const plain = await run({});
    const helped = await run({ unlabelled });
    const { result } = helped;
    assertEquals([plain.result.unlabelled, plain.result.labelsAlone], [null, null]);
    assertEquals(result.labelsAlone?.scratch, plain.result.scratch);
    assertEquals([result.labels, result.unlabelled?.items], [4, 50]);
    assertNotEquals(result.pretrained, plain.result.pretrained);
    assertMatch(
      result.verdict,
      /^With 4 labels and 50 items without: .* in the same way .*, .* on the labels alone .*\.$/,
    );
    const { taken } = result.unlabelled!;
    for (const share of Object.values(taken)) assert(share > 0 && share <= 1, `${share}`);
    assertEquals((await run({ unlabelled })).results, helped.results);
    assertEquals(await encoderDigest(encoder), before);
    // A teacher that is never sure teaches nothing.
    const deaf = await run({ unlabelled: { ...unlabelled, threshold: 0.9999 } });
    assertEquals(deaf.result.unlabelled!.taken, { pretrained: 0, scratch: 0 });
    // Without a colour there is none to distort.
    const grey = { ...model, preprocessing: { ...model.preprocessing, channels: 1 as const } };
    const own = createEncoder(model.encoder, 1, new Random(7));
    const spec = evaluationSpec({
      protocols: ["finetune"],
      finetune: { ...base, steps: 4, unlabelled: { ...unlabelled, jitter: 1 } },
    });
    await evaluate(own, { spec, model: grey });
    own.dispose();
  }));

Deno.test("supervision learns what the synthetic classes are", () =>
  withEncoder(async (encoder) => {
    const base = evaluationSpec();
    const spec = evaluationSpec({
      protocols: ["supervised"],
      supervised: { ...base.supervised, epochs: 20, learningRate: 1e-2, crop: 1, flip: 0 },
    });
    const { results } = await evaluate(encoder, { spec });
    const result = ofKind(results[0], "supervised");
    assert(result.accuracy.value > 0.7, `${result.accuracy.value}`);
    assertEquals(result.gap, null);
  }));

Deno.test("a stop ends it in any protocol, a loss that is no number at once", () =>
  withEncoder(async (encoder) => {
    for (const protocol of ["knn", "linear", "finetune", "supervised"] as const) {
      const stop = new AbortController();
      const tell = (event: TrainEvent) => {
        if (event.type === "progress" && event.progress.phase === "evaluating") stop.abort();
      };
      await assertRejects(
        () =>
          evaluate(encoder, {
            spec: evaluationSpec({ protocols: [protocol] }),
            signal: stop.signal,
            tell,
          }),
        CancelledError,
      );
    }
    const wild = {
      ...SHORT_BUDGET,
      steps: 60,
      learningRate: 1e30,
      fractions: [0.5],
      on: "h" as const,
      unlabelled: null,
    };
    await assertRejects(
      () =>
        evaluate(encoder, { spec: evaluationSpec({ protocols: ["finetune"], finetune: wild }) }),
      CorruptError,
      "lower the learning rate",
    );
  }));

Deno.test("an encoder that changed while it was judged is a fault, batch-norm statistics too", () =>
  withEncoder(async (encoder) => {
    const x = tf.ones([4, SIZE, SIZE, 3]);
    const look = (training: boolean) => () => {
      tf.tidy(() => void encoder.apply(x, { training }));
      return Promise.resolve("judged");
    };
    assertEquals((await withFrozen(encoder, look(false))).result, "judged");
    await assertRejects(
      () => withFrozen(encoder, look(true)),
      InternalError,
      "changed the encoder",
    );
    x.dispose();
  }));

Deno.test("of a model that serves another block, that block is judged by every protocol", () =>
  withEncoder(async (encoder) => {
    const spec = evaluationSpec({ protocols: ["knn", "linear", "finetune", "supervised"] });
    const serving = (block: number) => evaluate(encoder, { spec, model: { ...model, block } });
    const last = await evaluate(encoder, { spec });
    const [first, same] = [await serving(0), await serving(3)];
    assertEquals(same.results, last.results);
    assertEquals(same.notes, last.notes);
    assertEquals(first.notes.slice(1), last.notes);
    assert(first.notes[0]?.startsWith("Serves block 0 (of 0 to 3): it is what is judged"));
    assertEquals(first.results.map(({ kind }) => kind), last.results.map(({ kind }) => kind));
    assertEquals(first.frozen, last.frozen);

    // Its nearest neighbours, by a way of our own.
    const h = async (source: typeof data.train, count: number) => {
      const images = await packImages(source, { size: SIZE, channels: 3, maxPixels: 1e6 });
      const indices = Array.from({ length: count }, (_, i) => i);
      const pooled = tf.tidy(() =>
        encoder.stages[0]!
          .apply(toInput(images.gather(indices, 0), model.preprocessing), { training: false })
          .mean<tf.Tensor2D>([1, 2])
      );
      const rows = await pooled.array();
      pooled.dispose();
      images.close();
      return rows;
    };
    const unit = (row: number[]) => row.map((value) => value / Math.hypot(...row));
    const bank = (await h(data.train, 80)).map(unit);
    const { k, temperature, trained, queries } = ofKind(first.results[0], "knn");
    let right = 0;
    for (const [i, row] of (await h(data.dataset, 60)).entries()) {
      const query = unit(row);
      const near = bank
        .map((other, j) => ({
          label: data.train.label(j)!,
          similarity: other.reduce((sum, value, d) => sum + value * query[d]!, 0),
        }))
        .sort((a, b) => b.similarity - a.similarity).slice(0, k);
      const votes: Record<string, number> = {};
      for (const { label, similarity } of near) {
        votes[label] = (votes[label] ?? 0) + Math.exp(similarity / temperature);
      }
      const answer = Object.keys(votes).reduce((a, b) => votes[a]! > votes[b]! ? a : b);
      right += Number(answer === data.dataset.label(i));
    }
    assertEquals(queries, 60);
    assertAlmostEquals(trained.value, right / 60, 1e-6);
  }));
