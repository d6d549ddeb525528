/** Export format: a form in which a model can be taken elsewhere. The contract. @module */
import type { Model } from "../schemas/model.ts";

/** A model with its weights. */
export interface ModelWithWeights {
  model: Pick<Model, "name" | "digest" | "spec">;
  /** The stored file, safetensors. */
  weights: Uint8Array<ArrayBuffer>;
}

/** A form. */
export interface ExportFormat {
  readonly mediaType: string;
  /** Of the file's name, without the dot. */
  readonly extension: string;
  /**
   * The file.
   *
   * @throws {CorruptError} If the stored weights are damaged.
   */
  encode(model: ModelWithWeights): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
}
