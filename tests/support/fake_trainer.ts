/**
 * A trainer worker without a network. A step counts; a checkpoint is the count so far. The name of
 * the model says what happens:
 *
 * - `finish`: as many steps as the budget says, a checkpoint every 10.
 * - `endless`: steps until it is told to stop.
 * - `deaf`: the same, but never stops.
 * - `fail`: a typed failure after 3 steps.
 * - `crash-N`: an uncaught error after 15 steps (and one checkpoint) in each of the first N starts.
 * - `doomed-N`: an uncaught error before the first checkpoint, in each of the first N starts.
 * - `away-N`: what it needs is unavailable, in each of the first N starts.
 * - `stall-N`: does nothing more after its first checkpoint, in each of the first N starts.
 * - `chatty`: 1,000 reports at once.
 * - `invalid-N`: as `fail`, in each of the first N starts.
 * - `second-N`: as `finish` in the first N starts, then as `endless`: of a tournament whose entries
 *   are labelled 1 and 0, the second does not end.
 * - `nan`: a card that cannot be stored.
 *
 * A tournament's entries are called by its name and their labels. An evaluation does what its first protocol says, see `evaluate`.
 *
 * @module
 */
import { InvalidError, NotFoundError, UnavailableError } from "../../src/errors.ts";
import { createRemoteLogger } from "../../src/protocol/remote_logger.ts";
import { serveWorker } from "../../src/protocol/serve_worker.ts";
import {
  type EvaluationEnd,
  type JudgeEnd,
  type TrainEnd,
  TRAINER,
  type TrainerProtocol,
} from "../../src/protocol/trainer_protocol.ts";
import type { KnnResult } from "../../src/schemas/evaluation.ts";
import type { JobProgress } from "../../src/schemas/job.ts";
import { openBlobs } from "../../src/stores/open.ts";
import { fakeCard, fakeModelSpec, fakeReport } from "./models.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A report of that step. */
function progressAt(step: number): JobProgress {
  return {
    phase: "training",
    step,
    totalSteps: null,
    epoch: 0,
    fraction: 0,
    secondsLeft: null,
    viewsPerSecond: 1,
    learningRate: 0.1,
    metrics: { loss: 1 / step },
  };
}

serveWorker<TrainerProtocol>(TRAINER, async (init, context) => {
  const blobs = await openBlobs(init.blobsUrl);
  createRemoteLogger((message) => context.send("log", message)).debug("trainer is here");
  let stopped = false;

  const readNumber = async (key: string): Promise<number> => {
    try {
      return Number(decoder.decode(await blobs.get(key)));
    } catch (error) {
      if (error instanceof NotFoundError) return 0;
      throw error;
    }
  };

  const train = async (
    { job, model, spec }: TrainerProtocol["calls"]["train"]["request"],
  ): Promise<TrainEnd> => {
    const [program, count] = spec.name.split("-") as [string, string?];
    const checkpoint = `jobs/${job}/checkpoint.safetensors`;
    let step = await readNumber(checkpoint);
    const starts = await readNumber(`jobs/${job}/starts`) + 1;
    await blobs.put(`jobs/${job}/starts`, encoder.encode(String(starts)));
    context.send("note", { level: "info", message: `start ${starts} from step ${step}` });
    const unlucky = starts <= Number(count ?? 0);
    const save = async () => {
      await blobs.put(checkpoint, encoder.encode(String(step)));
      context.send("checkpoint", { step });
    };
    const crash = async () => {
      void Promise.reject(new Error("the driver is gone"));
      await new Promise(() => {});
    };
    if (unlucky && program === "doomed") await crash();
    if (unlucky && program === "away") throw new UnavailableError("Cannot read: the disk is away");
    const total = "steps" in spec.budget ? spec.budget.steps : 0;
    const endless = program === "endless" || program === "deaf" ||
      !unlucky && program === "second";
    const first = step;
    while (endless || step < total) {
      step++;
      context.send("progress", progressAt(step));
      if (program === "chatty") {
        for (let i = 0; i < 1000; i++) context.send("progress", progressAt(++step));
      }
      if (step % 10 === 0) {
        await save();
        if (unlucky && program === "stall") await new Promise(() => {});
      }
      if (step === 3 && (program === "fail" || unlucky && program === "invalid")) {
        throw new InvalidError("Cannot train: the loss is no number");
      }
      if (unlucky && program === "crash" && step === first + 15) await crash();
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (stopped && program !== "deaf") {
        await save();
        return { type: "stopped" };
      }
    }
    const weights = encoder.encode(`weights of ${step} steps`);
    await blobs.put(`models/${model}/weights.safetensors`, weights);
    const card = { ...fakeCard(), steps: program === "nan" ? NaN : step };
    return {
      type: "finished",
      model: {
        id: model,
        spec: fakeModelSpec(),
        card,
        digest: String(step).padStart(64, "0"),
        bytes: weights.length,
      },
    };
  };

  /** The first protocol says what happens: `knn` finishes, `linear` fails, the others never end. */
  const evaluate = async (
    { spec }: TrainerProtocol["calls"]["evaluate"]["request"],
  ): Promise<EvaluationEnd> => {
    const [protocol] = spec.protocols;
    if (protocol === "linear") throw new InvalidError("Cannot evaluate: no labels");
    context.send("progress", { ...progressAt(0), phase: "evaluating", metrics: {} });
    const report = fakeReport();
    const { trained } = report.results[0] as KnnResult;
    context.send("evaluation", {
      protocol: "knn",
      step: null,
      epoch: null,
      fraction: null,
      scores: { trained },
    });
    while (protocol !== "knn") {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (stopped) return { type: "stopped" };
    }
    return { type: "evaluated", report };
  };

  /** Every entry has two blocks, each better than that of the entry before by its first. */
  const judge = (
    { spec, models }: TrainerProtocol["calls"]["judge"]["request"],
  ): Promise<JudgeEnd> => {
    const score = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
    const rows = models.flatMap((model, entry) =>
      model === null ? [] : [0, 1].map((block) => ({
        entry,
        label: spec.entries[entry]!.label,
        model,
        block,
        last: block === 1,
        dimensions: 4,
        knn: null,
        linear: {
          trained: score(0.5 + entry / 100 - block / 10),
          untrained: score(0.3),
          gain: score(0.2),
        },
        behind: null,
      }))
    ).sort((a, b) => b.linear.trained.value - a.linear.trained.value);
    const [{ model, label, block, last, linear: { trained, gain } }] = rows as [typeof rows[0]];
    return Promise.resolve({
      type: "judged",
      table: {
        by: "linear",
        queries: 10,
        labels: 10,
        classes: 2,
        pixels: { knn: null, linear: score(0.1) },
        rows,
      },
      recommended: {
        model,
        label,
        block,
        last,
        score: trained,
        gain,
        clear: true,
        close: [],
        verdict: `${label} is best`,
      },
    });
  };

  return {
    ready: { backend: { name: "wasm", reason: "a test", adapter: "none" } },
    handlers: {
      train,
      evaluate,
      judge,
      // A thousandth of a second an image.
      measure: ({ spec }) =>
        spec.name === "endless"
          ? new Promise(() => {})
          : Promise.resolve({ seconds: spec.batchSize / 1000 }),
    },
    listeners: { stop: () => void (stopped = true) },
  };
});
