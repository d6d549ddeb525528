/** Trainer worker: runs one job, see `src/training/train.ts`. @module */
import "../src/tensor/lean_tfjs.ts";
import { CancelledError, ConflictError, NotFoundError } from "../src/errors.ts";
import { openDataset } from "../src/datasets/open_dataset.ts";
import { recommend } from "../src/evaluation/recommend.ts";
import { answersFile, jobFile } from "../src/protocol/job_files.ts";
import { createNetwork, type Network } from "../src/objectives/network.ts";
import { createRemoteLogger } from "../src/protocol/remote_logger.ts";
import { serveWorker, type WorkerContext } from "../src/protocol/serve_worker.ts";
import {
  type EvaluationEnd,
  type JudgeEnd,
  type TrainEnd,
  TRAINER,
  type TrainerProtocol,
} from "../src/protocol/trainer_protocol.ts";
import { Random } from "../src/random.ts";
import { AugmentOptions } from "../src/schemas/recipe.ts";
import type { BlobStore } from "../src/stores/blobs.ts";
import { openBlobs } from "../src/stores/open.ts";
import { decodeSafetensors } from "../src/tensor/safetensors.ts";
import { MlpHead } from "../src/objectives/mlp_head.ts";
import { evaluateModel } from "../src/training/evaluate_model.ts";
import { type AnswerStore, judgeEntry } from "../src/training/judge_entry.ts";
import { measureStep } from "../src/training/measure_step.ts";
import { decodeAnswers, encodeAnswers } from "../src/training/stored_answers.ts";
import { train } from "../src/training/train.ts";
import type { CheckpointStore, TrainEvent } from "../src/training/train_event.ts";
import { loadModel, storeModel } from "./model_blobs.ts";
import { Replicas } from "./replicas.ts";
import { startTrainingBackend } from "./start_backend.ts";

serveWorker<TrainerProtocol>(TRAINER, async (init, context) => {
  const blobs = await openBlobs(init.blobsUrl);
  const log = createRemoteLogger((message) => context.send("log", message));
  const backend = await startTrainingBackend(init.backend, log);
  const stop = new AbortController();
  const replicas = new Replicas(init.replicas, backend.name, log);

  const run = async (
    { job, model, spec }: TrainerProtocol["calls"]["train"]["request"],
  ): Promise<TrainEnd> => {
    const events = train({
      spec,
      data: await openDataset(blobs, spec.dataset),
      evaluation: spec.evaluationDataset === null
        ? null
        : await openDataset(blobs, spec.evaluationDataset),
      checkpoints: checkpointStore(blobs, job),
      loadPretrained: async (id) => {
        const found = await ifThere(() => loadModel(blobs, id));
        if (found !== null) return found.weights;
        throw new ConflictError(`Cannot begin from the model: it was deleted, ${id}`);
      },
      backend,
      maxPixels: init.maxPixels,
      spillDirectory: init.temporaryFolder,
      signal: stop.signal,
      startReplicas: (options) => replicas.start(options),
    });
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) {
          return { type: "finished", model: await storeModel(blobs, model, next.value) };
        }
        tell(context, next.value);
      }
    } catch (error) {
      if (error instanceof CancelledError && stop.signal.aborted) return { type: "stopped" };
      throw error;
    } finally {
      replicas.stop();
    }
  };

  const evaluate = async (
    { spec }: TrainerProtocol["calls"]["evaluate"]["request"],
  ): Promise<EvaluationEnd> => {
    const open = async (id: string | null) => id === null ? null : await openDataset(blobs, id);
    const { spec: model, weights } = await loadModel(blobs, spec.model);
    const network = createNetwork(model, AugmentOptions.parse({}), new Random(0));
    try {
      network.load(decodeSafetensors(weights).tensors);
      const { training } = spec;
      const report = await evaluateModel({
        spec,
        model,
        encoder: network.encoder,
        projector: projectorOf(network),
        data: {
          train: await openDataset(blobs, spec.train.id),
          dataset: await open(spec.dataset?.id ?? null),
          training: training === null ? null : await ifThere(async () => ({
            data: await openDataset(blobs, training.dataset),
            evaluation: await open(training.evaluationDataset),
          })),
        },
        backend,
        maxPixels: init.maxPixels,
        spillDirectory: init.temporaryFolder,
        signal: stop.signal,
        tell: (event) => tell(context, event),
      });
      return { type: "evaluated", report };
    } catch (error) {
      if (error instanceof CancelledError && stop.signal.aborted) return { type: "stopped" };
      throw error;
    } finally {
      network.dispose();
    }
  };

  const judge = async (
    { job, spec, entry, models }: TrainerProtocol["calls"]["judge"]["request"],
  ): Promise<JudgeEnd> => {
    const { spec: model, weights } = await loadModel(blobs, models[entry]!);
    const network = createNetwork(model, AugmentOptions.parse({}), new Random(0));
    try {
      network.load(decodeSafetensors(weights).tensors);
      const table = await judgeEntry({
        spec,
        entry,
        models,
        encoder: network.encoder,
        data: await openDataset(blobs, spec.dataset),
        evaluation: spec.evaluationDataset === null
          ? null
          : await openDataset(blobs, spec.evaluationDataset),
        answers: answerStore(blobs, job),
        maxPixels: init.maxPixels,
        spillDirectory: init.temporaryFolder,
        signal: stop.signal,
        onProgress: (progress) => context.send("progress", progress),
      });
      return { type: "judged", table, recommended: recommend(table) };
    } catch (error) {
      if (error instanceof CancelledError && stop.signal.aborted) return { type: "stopped" };
      throw error;
    } finally {
      network.dispose();
    }
  };

  const measure = async ({ spec }: TrainerProtocol["calls"]["measure"]["request"]) => {
    try {
      return await measureStep(spec, (options) => replicas.start(options));
    } finally {
      replicas.stop();
    }
  };

  return {
    ready: { backend },
    handlers: { train: run, evaluate, judge, measure },
    listeners: { stop: () => stop.abort() },
  };
});

/** SimCLR's, if it has one. */
function projectorOf({ tasks }: Network): MlpHead | undefined {
  const head = tasks.find(({ objective }) => objective.spec.name === "simclr")?.head;
  return head instanceof MlpHead ? head : undefined;
}

function checkpointStore(blobs: BlobStore, job: string): CheckpointStore {
  return {
    load: async (file) => await ifThere(() => blobs.get(jobFile(job, file))) ?? undefined,
    async save(file, bytes) {
      await blobs.put(jobFile(job, file), bytes);
    },
  };
}

function answerStore(blobs: BlobStore, job: string): AnswerStore {
  return {
    async load(entry) {
      const bytes = await ifThere(() => blobs.get(answersFile(job, entry)));
      return bytes === null ? undefined : decodeAnswers(bytes);
    },
    async save(entry, answers) {
      await blobs.put(answersFile(job, entry), encodeAnswers(answers));
    },
  };
}

/** Null for what has been deleted meanwhile. */
async function ifThere<T>(find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

function tell(context: WorkerContext<TrainerProtocol>, event: TrainEvent): void {
  switch (event.type) {
    case "progress":
      context.send("progress", event.progress);
      return;
    case "log":
      context.send("note", { level: event.level, message: event.message });
      return;
    case "checkpoint":
      context.send("checkpoint", { step: event.step });
      return;
    case "verdict":
      context.send("verdict", event.change);
      return;
    case "evaluation":
      context.send("evaluation", event.summary);
      return;
    default:
      event satisfies never;
  }
}
