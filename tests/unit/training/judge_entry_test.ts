import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Encoder } from "../../../src/encoders/encoder.ts";
import { createEncoder } from "../../../src/encoders/mod.ts";
import { CancelledError, CorruptError, InvalidError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import type { TournamentSpec } from "../../../src/schemas/tournament.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { judgeEntry, type JudgeEntryOptions } from "../../../src/training/judge_entry.ts";
import { weightsOf } from "../../../src/training/run.ts";
import {
  decodeAnswers,
  encodeAnswers,
  type StoredAnswers,
} from "../../../src/training/stored_answers.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { trainSpec } from "../../support/train_spec.ts";

const MODELS = ["model_0000000000000000", "model_0000000000000001"];
const SIZE = 16;

const entry = trainSpec({ evaluate: { queries: 30, bank: 60, protocols: ["knn", "linear"] } });
const spec: TournamentSpec = {
  type: "tournament",
  name: "cup",
  dataset: entry.dataset,
  datasetName: entry.datasetName,
  evaluationDataset: null,
  entries: ["a", "b"].map((label) => ({ label, spec: entry })),
  leftOut: [],
  promote: true,
};

/** Answers in memory, as bytes, so that what is stored is what is read. */
function memoryAnswers() {
  const files = new Map<number | null, Uint8Array>();
  return {
    files,
    load: (of: number | null) =>
      Promise.resolve(files.has(of) ? decodeAnswers(files.get(of)!) : undefined),
    save: (of: number | null, answers: StoredAnswers) => {
      files.set(of, encodeAnswers(answers));
      return Promise.resolve();
    },
  };
}

async function withEncoder(random: Random, work: (encoder: Encoder) => Promise<void>) {
  await selectBackend("wasm");
  const before = tf.memory().numTensors;
  const encoder = createEncoder(entry.encoder, 3, random);
  try {
    await work(encoder);
  } finally {
    encoder.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
}

function judge(encoder: Encoder, options: Partial<JudgeEntryOptions> = {}) {
  return judgeEntry({
    spec,
    entry: 0,
    models: [MODELS[0]!, null],
    encoder,
    data: syntheticSource(160, SIZE, 3),
    evaluation: null,
    answers: memoryAnswers(),
    maxPixels: 1e6,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
  });
}

Deno.test("an encoder that was not trained gains nothing over the untrained one, in any block", () =>
  withEncoder(weightsOf(new Random(entry.seed)).fork("encoder"), async (encoder) => {
    const fractions: number[] = [];
    const { rows, queries, labels, classes } = await judge(encoder, {
      onProgress: ({ fraction }) => void fractions.push(fraction),
    });
    assertEquals([queries, labels, classes, rows.length], [30, 60, 4, 4]);
    for (const { knn, linear } of rows) {
      for (const score of [knn!, linear!]) {
        assertEquals(score.gain, { value: 0, low: 0, high: 0 });
        assertEquals(score.trained, score.untrained);
      }
    }
    // Four blocks by two protocols, of the untrained encoder too.
    assertEquals(fractions, Array.from({ length: 17 }, (_, i) => i / 16));
  }));

Deno.test("what was judged is not judged again, and entries are held against each other", async () => {
  const answers = memoryAnswers();
  await withEncoder(new Random(5), async (encoder) => {
    await judge(encoder, { answers });
  });
  const reference = answers.files.get(null);
  await withEncoder(new Random(6), async (encoder) => {
    const { rows } = await judge(encoder, { answers, entry: 1, models: MODELS });
    assertEquals(answers.files.get(null), reference);
    assertEquals(rows.length, 8);
    assertEquals(new Set(rows.map(({ model }) => model)), new Set(MODELS));
    const rest = rows.slice(1);
    for (const { behind, linear } of rest) {
      const apart = rows[0]!.linear!.trained.value - linear!.trained.value;
      assert(Math.abs(behind!.value - apart) < 1e-9);
    }
    // A model that is gone is not ranked; what is stored of the other is found without judging.
    const progress: number[] = [];
    const alone = await judge(encoder, {
      answers,
      entry: 1,
      models: [null, MODELS[1]!],
      onProgress: ({ fraction }) => void progress.push(fraction),
    });
    assertEquals(progress, []);
    assertEquals(alone.rows.map(({ entry }) => entry), [1, 1, 1, 1]);
  });
});

Deno.test("judging stops when it is told to, and says when nothing can be decoded", () =>
  withEncoder(new Random(1), async (encoder) => {
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    await assertRejects(() => judge(encoder, { signal: stop.signal, onProgress }), CancelledError);
    const data = { ...syntheticSource(160, SIZE, 3), read: () => Promise.resolve(BROKEN) };
    const error = await assertRejects(() => judge(encoder, { data }), InvalidError);
    assertEquals(error.errors[0]!.path, "dataset");
  }));

const BROKEN = { bytes: new Uint8Array([1, 2, 3]), mediaType: "image/png" };

Deno.test("answers that are damaged are refused", async () => {
  for (const text of ["", "{}", '{"blocks": [{"dimensions": 1, "right": {"knn": "012"}}]}']) {
    await assertRejects(
      // deno-lint-ignore require-await -- what is thrown is looked at as a rejection
      async () => decodeAnswers(new TextEncoder().encode(text)),
      CorruptError,
    );
  }
});
