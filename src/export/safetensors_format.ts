/**
 * safetensors: the weights as they are stored, bit for bit, so that the model's digest can be
 * checked wherever the file goes: it is the SHA-256 over the metadata's `spec` and the file.
 *
 * Kernels are [height, width, in, out]; names begin with `encoder/` or `heads/<objective>/`.
 *
 * @module
 */
import { decodeSafetensors } from "../tensor/safetensors.ts";
import type { ExportFormat, ModelWithWeights } from "./export_format.ts";

/** The form. */
export const safetensorsFormat = {
  mediaType: "application/octet-stream",
  extension: "safetensors",
  encode({ weights }: ModelWithWeights) {
    // A damaged file is not handed on.
    decodeSafetensors(weights);
    return weights;
  },
} satisfies ExportFormat;
