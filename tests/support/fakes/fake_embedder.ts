/**
 * An embedder that computes something simple of the bytes of PNG images, so that tests can tell
 * which image an answer is of.
 *
 * @module
 */
import { ConflictError, InvalidError } from "../../../src/errors.ts";
import type { Model } from "../../../src/schemas/model.ts";
import { Noise } from "../../../src/schemas/objective.ts";
import { headFor, type Pretext } from "../../../src/schemas/pretext.ts";
import type { Answer, Question } from "../../../src/schemas/pretexts.ts";
import type { NtXentRequest, NtXentResult } from "../../../src/schemas/nt_xent.ts";
import type { ViewsPicture, ViewsPreviewSpec } from "../../../src/schemas/views_preview.ts";
import type { CallOptions, EmbedderService } from "../../../routes/services.ts";

/** The length of the image in bytes and its last three bytes. */
export function fakeEmbedding(image: Uint8Array): number[] {
  return [image.length, ...image.subarray(-3)];
}

/** Answers at once, unless told otherwise. */
export class FakeEmbedder implements EmbedderService {
  /** Thrown by every call, if set. */
  failure: Error | null = null;
  /** Awaited by every call, if set. */
  gate: Promise<void> | null = null;
  /** What the last call brought along. */
  lastCall: CallOptions | null = null;
  /** What the last picture was to be of. */
  lastPreview: ViewsPreviewSpec | null = null;
  /** Whether it says that it is ready. */
  ready = true;
  /** How many images have come. */
  images = 0;
  /** Tells whoever listens of a batch. */
  report: Parameters<EmbedderService["onBatch"]>[0] = () => {};

  onBatch(listener: Parameters<EmbedderService["onBatch"]>[0]): void {
    this.report = listener;
  }

  async embed(model: Model, images: Uint8Array[], options: CallOptions) {
    await this.#call(images, options);
    const { dimensions } = model.spec;
    return { embeddings: new Float32Array(images.flatMap(fakeEmbedding)), dimensions };
  }

  async predict<Name extends Pretext>(
    model: Model,
    pretext: Name,
    questions: Question<Name>[],
    options: CallOptions,
  ): Promise<Answer<Name>[]> {
    if (headFor(model.spec, pretext) === undefined) {
      throw new ConflictError(`Cannot predict: the model has no ${pretext} head`);
    }
    const images = questions.flatMap((question) => Object.values(question).flat())
      .filter((value) => value instanceof Uint8Array);
    await this.#call(images, options);
    return questions.map((question) => FAKE_ANSWERS[pretext](question));
  }

  async ntXent(request: NtXentRequest, options: CallOptions): Promise<NtXentResult> {
    await this.#call([], options);
    const pairs = request.embeddings.length / 2;
    return {
      loss: request.temperature,
      perPair: Array(pairs).fill(request.temperature),
      ...(request.gradient ? { gradient: request.embeddings } : {}),
    };
  }

  async previewViews(spec: ViewsPreviewSpec, options: CallOptions): Promise<ViewsPicture> {
    await this.#call(spec.images, options);
    this.lastPreview = spec;
    const panel = { caption: "original", left: 0, top: 0, width: 1, height: 1 };
    return {
      png: spec.images[0]!.slice(),
      width: 1,
      height: spec.images.length,
      rows: spec.images.map((_, top) => [{ ...panel, top }]),
    };
  }

  status() {
    return {
      ready: this.ready,
      reason: this.ready ? null : "the self-test failed: Conv2D",
      backend: { name: "wasm", reason: "no hardware adapter", adapter: "none" },
      selfTest: [{ kernel: "Conv2D", ok: this.ready, error: 0, message: null }],
      workers: 1,
      queue: { waiting: 3, capacity: 1024, drainPerSecond: 100 },
      counts: { requests: 1, images: this.images, batches: 1, refused: 0, dropped: 0 },
      memory: [{ tensorBytes: 100, heapBytes: 1000 }, { tensorBytes: 20, heapBytes: null }],
    };
  }

  async #call(images: Uint8Array[], options: CallOptions): Promise<void> {
    this.lastCall = options;
    if (this.failure !== null) throw this.failure;
    if (this.gate !== null) await this.gate;
    this.images += images.length;
    images.forEach((image, i) => {
      if (image[0] !== 0x89 || image[1] !== 0x50) {
        const rule = "must be a JPEG, PNG, WebP or GIF image";
        throw new InvalidError(`Cannot embed: input[${i}] ${rule}`, {
          errors: [{ path: `input[${i}]`, rule, value: image }],
        });
      }
    });
  }
}

/** The same answer to whatever image. */
const FAKE_ANSWERS: { [Name in Pretext]: (question: Question<Name>) => Answer<Name> } = {
  "rotation": () => ({ degrees: 90, probabilities: [0.1, 0.7, 0.1, 0.1] }),
  "jigsaw": ({ image, shuffle }) => {
    const best = { permutation: [1, 0, 3, 2], probability: 0.9 };
    return { ...best, candidates: [best], shuffled: shuffle, restored: image };
  },
  "relative-position": ({ images }) => ({
    probabilities: Array.from(
      { length: images.length === 1 ? 8 : 1 },
      () => [0, 0, 0.9, 0.1, 0, 0, 0, 0],
    ),
  }),
  "frame-order": ({ images }) => ({ frames: images.length, probability: 0.8, orders: null }),
  "reconstruct": ({ image }) => ({ image, size: 1, psnr: 20 }),
  "denoise": ({ image, seed, noise }) => ({
    image,
    size: 1,
    added: seed === null
      ? null
      : { noisy: image, noise: Noise.parse(noise), psnr: { noisy: 14, denoised: 20 } },
  }),
  "inpaint": ({ image }) => ({ image, size: 1, hole: 0.25, psnr: { filled: 17, mean: 13 } }),
};
