/**
 * Interactive run: SimCLR stepped by a client, the engine behind `/v1/sessions`.
 *
 * @module
 */
import { stackImages } from "../data/stack_images.ts";
import { toInput } from "../data/to_input.ts";
import { AlikeError, type FieldError, InvalidError } from "../errors.ts";
import { decodeImage } from "../images/decode_image.ts";
import { createNetwork } from "../objectives/network.ts";
import { singleReplica } from "../parallel/single.ts";
import { Random } from "../random.ts";
import { Preprocessing } from "../schemas/encoder.ts";
import type { ModelCard } from "../schemas/model.ts";
import { SimclrOptions } from "../schemas/objective.ts";
import { scaledLearningRate } from "../schemas/scaled_learning_rate.ts";
import { resolveRecipe } from "../schemas/resolve_recipe.ts";
import type { SessionRequest, SessionStep } from "../schemas/session.ts";
import type { BackendReport } from "../tensor/backend.ts";
import { createOptimizer } from "./optimizer.ts";
import { encoderParameters, packModel } from "./pack_model.ts";
import type { TrainResult } from "./train_event.ts";
import { readMetrics, TrainStep } from "./train_step.ts";

/** The bytes of a step's images, as they came: to augment, or as ready pairs of views. */
export type StepImages =
  | { images: Uint8Array[] }
  | { views: [Uint8Array, Uint8Array][] };

/** A run that waits for its client between steps. */
export interface InteractiveRun {
  /** @throws {InvalidError} with path `images[i]` or `views[i][j]` if one cannot be decoded. */
  step(input: StepImages): Promise<SessionStep>;
  /** The model as it is now. */
  save(): Promise<TrainResult>;
  dispose(): void;
}

/** Starts a run with fresh weights. The learning rate stays as it is: there is no known end. */
export async function createInteractiveRun(
  request: SessionRequest,
  options: { backend: BackendReport; maxPixels: number },
): Promise<InteractiveRun> {
  await Promise.resolve();
  const preprocessing = Preprocessing.parse({
    size: request.imageSize,
    channels: request.channels,
  });
  const recipe = resolveRecipe({
    augment: request.augment,
    optimizer: request.optimizer,
    schedule: { name: "constant", warmup: 0 },
  }, "simclr-cifar");
  const spec = {
    encoder: request.encoder,
    preprocessing,
    objectives: [SimclrOptions.parse({
      name: "simclr",
      temperature: request.temperature,
      projectionHidden: request.projection.hidden,
      projectionDimension: request.projection.dimension,
    })],
  };
  const random = new Random(request.seed);
  const network = createNetwork(spec, recipe.augment, random.fork("weights"));
  const optimizer = createOptimizer(recipe.optimizer, network.parameters());
  const trainStep = new TrainStep({
    network,
    weights: [1],
    optimizers: new Map([["main", optimizer]]),
    random: random.fork("views"),
    collective: singleReplica,
  });
  let step = 0;
  let items = 0;
  let seconds = 0;
  let final: Record<string, number> = {};
  let batchSize = 0;

  return {
    async step(input) {
      const start = performance.now();
      const { paths, bytes } = flatten(input);
      const pixels = await decodeAll(bytes, paths, preprocessing, options.maxPixels);
      const batch = stackImages(pixels, preprocessing, items, step);
      batchSize = "images" in input ? input.images.length : input.views.length;
      const learningRate = scaledLearningRate(recipe.optimizer, batchSize);
      const report = "images" in input
        ? trainStep.run(batch, step + 1, learningRate, true)
        : trainStep.runViews(
          [{ inputs: toInput(batch, preprocessing), targets: {} }],
          step + 1,
          learningRate,
          true,
        );
      final = await readMetrics(report);
      step++;
      items += batchSize;
      seconds += (performance.now() - start) / 1000;
      return {
        step,
        loss: final.loss!,
        contrastiveAccuracy: final.contrastiveAccuracy!,
        gradientNorm: final.gradientNorm!,
        learningRate,
      };
    },

    async save() {
      const card: ModelCard = {
        dataset: { id: "", name: "(images sent to a session)", digest: "", used: items },
        recipe,
        batchSize,
        seed: request.seed,
        steps: step,
        epochs: 0,
        seconds,
        viewsPerSecond: seconds > 0 ? 2 * items / seconds : 0,
        backend: `${options.backend.name} (${options.backend.adapter})`,
        parameters: encoderParameters(network),
        final,
        heads: {},
        evaluation: null,
        linear: null,
        frozen: null,
        notes: ["Trained in a session by its client; not evaluated."],
      };
      return { ...await packModel(network, spec), card };
    },

    dispose() {
      network.dispose();
      optimizer.state.dispose();
    },
  };
}

/** All images of a step with the path each came by; views with a pair's two next to each other. */
function flatten(input: StepImages): { paths: string[]; bytes: Uint8Array[] } {
  if ("images" in input) {
    return { bytes: input.images, paths: input.images.map((_, i) => `images[${i}]`) };
  }
  return {
    bytes: input.views.flat(),
    paths: input.views.flatMap((_, i) => [`views[${i}][0]`, `views[${i}][1]`]),
  };
}

async function decodeAll(
  bytes: Uint8Array[],
  paths: string[],
  preprocessing: Preprocessing,
  maxPixels: number,
): Promise<Uint8Array[]> {
  const errors: FieldError[] = [];
  const pixels = await Promise.all(bytes.map(async (image, i) => {
    try {
      return await decodeImage(image, undefined, { ...preprocessing, maxPixels });
    } catch (error) {
      if (!(error instanceof AlikeError)) throw error;
      errors.push({ path: paths[i]!, rule: error.message, value: `${image.length} bytes` });
      return new Uint8Array();
    }
  }));
  if (errors.length > 0) {
    throw new InvalidError(`Cannot decode ${errors.length} of ${bytes.length} images`, { errors });
  }
  return pixels;
}
