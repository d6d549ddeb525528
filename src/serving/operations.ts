/**
 * Operations: what embedders can be asked, and how a batch of it becomes one call.
 *
 * Images are copied before they move to the worker: what is left here can be tried again on another
 * worker, and a view of a request's whole body does not take the body along.
 *
 * @module
 */
import type {
  EmbedderProtocol,
  JigsawAnswer,
  Outcome,
  RotationAnswer,
} from "../protocol/embedder_protocol.ts";
import { inOneBuffer } from "../protocol/one_buffer.ts";
import type { WorkerHandle } from "../protocol/start_worker.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";

/** A worker as operations see it. */
export type EmbedderWorker = Pick<WorkerHandle<EmbedderProtocol>, "call">;

/** Something embedders do. */
export interface Operation<Item, Result> {
  readonly name: string;
  /** Whether one call takes many items. */
  readonly batched: boolean;
  /** What an item takes up in memory, bytes. */
  bytes(item: Item): number;
  /** @returns A result an item, in order. */
  run(
    worker: EmbedderWorker,
    model: string,
    items: Item[],
    signal: AbortSignal,
  ): Promise<Result[]>;
}

/** h of each image. */
export const embedOperation: Operation<Uint8Array, Outcome<Float32Array>> = {
  name: "embed",
  batched: true,
  bytes: (image) => image.byteLength,
  async run(worker, model, items, signal) {
    const { images, transfer } = copy(items);
    return await worker.call("embed", { model, images }, { signal, transfer });
  },
};

/** What the rotation head says of each image. */
export const rotationOperation: Operation<Uint8Array, Outcome<RotationAnswer>> = {
  name: "predictRotation",
  batched: true,
  bytes: (image) => image.byteLength,
  async run(worker, model, items, signal) {
    const { images, transfer } = copy(items);
    return await worker.call("predictRotation", { model, images }, { signal, transfer });
  },
};

/** What the jigsaw head says of an image. */
export const jigsawOperation: Operation<
  { image: Uint8Array; shuffle: number | null },
  JigsawAnswer
> = {
  name: "predictJigsaw",
  batched: false,
  bytes: ({ image }) => image.byteLength,
  run: (worker, model, items, signal) =>
    Promise.all(items.map(async (item) => {
      const { images, transfer } = copy([item.image]);
      const request = { model, image: images[0]!, shuffle: item.shuffle };
      return await worker.call("predictJigsaw", request, { signal, transfer });
    })),
};

/** NT-Xent of given embeddings; there is no model in it. */
export const ntXentOperation: Operation<NtXentRequest, NtXentResult> = {
  name: "ntXent",
  batched: false,
  bytes: ({ embeddings }) => embeddings.length * (embeddings[0]?.length ?? 0) * 8,
  run: (worker, _model, items, signal) =>
    Promise.all(items.map((item) => worker.call("ntXent", item, { signal }))),
};

function copy(items: Uint8Array[]): { images: Uint8Array[]; transfer: Transferable[] } {
  const { views, buffer } = inOneBuffer(items);
  return { images: views, transfer: [buffer] };
}
