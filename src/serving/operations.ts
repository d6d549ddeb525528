/**
 * Operations: what embedders can be asked, and how a batch of it becomes one call.
 *
 * Images are copied before they move to the worker: what is left here can be tried again on another
 * worker, and a view of a request's whole body does not take the body along.
 *
 * @module
 */
import type { Outcome } from "../errors.ts";
import type { EmbedderProtocol, Staged, WeightShapes } from "../protocol/embedder_protocol.ts";
import type { Answer, Question } from "../schemas/pretexts.ts";
import { inOneBuffer } from "../protocol/one_buffer.ts";
import type { DecoderIntake } from "../protocol/decoder_intake.ts";
import type { WorkerHandle } from "../protocol/start_worker.ts";
import type { Model } from "../schemas/model.ts";
import type { Pretext } from "../schemas/pretext.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import type { ViewsPicture, ViewsPreviewSpec } from "../schemas/views_preview.ts";

/** A worker as operations see it. */
export interface EmbedderWorker extends Pick<WorkerHandle<EmbedderProtocol>, "call"> {
  /** The way to its decoder, once there is one; until then images go with the call. */
  intake: DecoderIntake | undefined;
}

/** Something embedders do. */
export interface Operation<Item, Result> {
  readonly name: string;
  /** Of what model, if there is one in it. */
  readonly model?: Model;
  /** Whether one call takes many items; else `run` gets one at a time. */
  readonly batched: boolean;
  /** What an item takes up in memory, bytes. */
  bytes(item: Item): number;
  /** @returns A result an item, in order. */
  run(worker: EmbedderWorker, items: Item[], signal: AbortSignal): Promise<Staged<Result[]>>;
}

/** h of each image. */
export function embedOperation(model: Model): Operation<Uint8Array, Outcome<Float32Array>> {
  const { id, spec: { preprocessing } } = model;
  return {
    name: "embed",
    model,
    batched: true,
    bytes: (image) => image.byteLength,
    async run({ call, intake }, items, signal) {
      if (intake === undefined) {
        const { images, transfer } = copy(items);
        return await call("embed", { model: id, images }, { signal, transfer });
      }
      const images = { ticket: intake.decode(items, preprocessing), length: items.length };
      return await call("embed", { model: id, images }, { signal });
    },
  };
}

/** What a head says of each input. */
export function predictOperation<Name extends Pretext>(
  model: Model,
  pretext: Name,
): Operation<Question<Name>, Outcome<Answer<Name>>> {
  return {
    name: `predict/${pretext}`,
    model,
    batched: true,
    bytes: (question) => imagesOf(question).reduce((sum, image) => sum + image.byteLength, 0),
    async run(worker, items, signal) {
      const questions = items.map(copyImages);
      const transfer = questions.flatMap(imagesOf).map((image) => image.buffer as ArrayBuffer);
      const request = { model: model.id, pretext, questions };
      const answers = await worker.call("predict", request, { signal, transfer });
      // The worker answers in the pretext's own terms.
      return answers as Staged<Outcome<Answer<Name>>[]>;
    },
  };
}

/** Whether weights are those of a model; there is no model yet. */
export const checkWeightsOperation: Operation<WeightShapes, null> = {
  name: "checkWeights",
  batched: false,
  bytes: ({ shapes }) => shapes.size * 100,
  async run(worker, [item], signal) {
    return { value: [await worker.call("checkWeights", item!, { signal })], stages: {} };
  },
};

/** NT-Xent of given embeddings; there is no model in it. */
export const ntXentOperation: Operation<NtXentRequest, NtXentResult> = {
  name: "ntXent",
  batched: false,
  bytes: ({ embeddings }) => embeddings.length * (embeddings[0]?.length ?? 0) * 8,
  run: async (worker, [item], signal) => asList(await worker.call("ntXent", item!, { signal })),
};

/** A picture of items and their views; there is no model in it. */
export const previewOperation: Operation<ViewsPreviewSpec, ViewsPicture> = {
  name: "previewViews",
  batched: false,
  bytes: ({ images }) => images.reduce((sum, image) => sum + image.byteLength, 0),
  async run(worker, [item], signal) {
    const { images, transfer } = copy(item!.images);
    return asList(await worker.call("previewViews", { ...item!, images }, { signal, transfer }));
  },
};

/** The answer to the one item of what is not batched. */
function asList<T>({ value, stages }: Staged<T>): Staged<T[]> {
  return { value: [value], stages };
}

function copy(items: Uint8Array[]): { images: Uint8Array[]; transfer: Transferable[] } {
  const { views, buffer } = inOneBuffer(items);
  return { images: views, transfer: [buffer] };
}

/** Every image of a question. */
function imagesOf(question: Question): Uint8Array[] {
  return Object.values(question).flat().filter((value) => value instanceof Uint8Array);
}

function copyImages<Name extends Pretext>(question: Question<Name>): Question<Name> {
  const copyOf = (value: unknown): unknown =>
    value instanceof Uint8Array ? value.slice() : Array.isArray(value) ? value.map(copyOf) : value;
  const fields = Object.entries(question).map(([name, value]) => [name, copyOf(value)]);
  return Object.fromEntries(fields) as Question<Name>;
}
