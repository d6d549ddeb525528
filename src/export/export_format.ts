/** Export format: a form in which a model can be taken elsewhere. The contract. @module */
import type { Model } from "../schemas/model.ts";

/** What most forms are made of. */
export interface ModelWithWeights {
  model: Pick<Model, "name" | "digest" | "spec">;
  /** The stored file, safetensors. */
  weights: Uint8Array<ArrayBuffer>;
}

/** A model with its weights, and with the service that runs it. */
export interface ExportSource extends ModelWithWeights {
  model: Model;
  /** h of images, not normalised, row-major n × dimensions. */
  embed(images: Uint8Array[]): Promise<Float32Array>;
}

/** A form. */
export interface ExportFormat {
  readonly mediaType: string;
  /** Of the file's name, without the dot. */
  readonly extension: string;
  /**
   * The file.
   *
   * @throws {CorruptError} If the stored weights are damaged. @throws {ConflictError} If the form
   * needs embeddings, and they are no numbers. @throws As {@linkcode ExportSource.embed} does.
   */
  encode(source: ExportSource): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
}
