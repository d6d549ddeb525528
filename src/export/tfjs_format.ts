/**
 * TensorFlow.js: the encoder as a LayersModel, a zip of `model.json` and its shards of weights, for
 * `tf.loadLayersModel` in browsers, Node and Deno.
 *
 * - input: float32 or int32 [batch, size, size, channels], pixels 0..255, RGB or grey, as
 *   `tf.browser.fromPixels` gives them of a picture that has been scaled;
 * - output: float32 [batch, dimensions], not normalised, as `normalize: false` gives it.
 *
 * As in the ONNX form the preprocessing is in the graph, batch norms are folded into the
 * convolutions and heads are not included. `getUserDefinedMetadata()` says all that.
 *
 * @module
 */
import { nextTurn } from "../next_turn.ts";
import { decodeSafetensors } from "../tensor/safetensors.ts";
import type { ExportFormat, ModelWithWeights } from "./export_format.ts";
import { foldWeights } from "./folded_weights.ts";
import { LayersConfig, type LayerWeight } from "./layers_config.ts";
import { walkEncoder } from "./walk_encoder.ts";
import { zip } from "./zip.ts";

/** Bytes of a shard: what browsers keep in their caches, by the convention of tfjs. */
const SHARD_BYTES = 4 * 2 ** 20;

/** The form. */
export const tfjsFormat = {
  mediaType: "application/zip",
  extension: "tfjs.zip",
  async encode({ model, weights }: ModelWithWeights) {
    const { tensors } = decodeSafetensors(weights);
    const { spec } = model;
    const { size, channels, mean, standardDeviation } = spec.preprocessing;
    const layers = new LayersConfig();
    const images = layers.add("InputLayer", "images", [], {
      batch_input_shape: [null, size, size, channels],
      sparse: false,
    });
    // (x / 255 − mean) / standardDeviation
    const input = layers.add("Rescaling", "preprocessed", [images], {
      scale: 1 / (255 * standardDeviation),
      offset: -mean / standardDeviation,
    });
    const map = await walkEncoder(spec, input, {
      async layer(input, { convolution, norm, stride, relu }) {
        // Between two layers others get their turn: this may run on the thread that answers requests.
        await nextTurn();
        const folded = foldWeights(tensors, `encoder/${convolution}`, `encoder/${norm}`);
        return layers.convolution(layerName(convolution), input, folded, { stride, relu });
      },
      addRelu(block, inner, residual) {
        const sum = layers.add("Add", layerName(`${block}/sum`), [inner, residual]);
        return layers.add("Activation", layerName(`${block}/relu`), [sum], { activation: "relu" });
      },
    });
    const h = layers.add("GlobalAveragePooling2D", "h", [map], { data_format: "channels_last" });
    const shards = shardsOf(layers.weights);
    const colours = channels === 3 ? "RGB" : "grey";
    const description = {
      format: "layers-model",
      generatedBy: "alike",
      convertedBy: null,
      modelTopology: layers.topology(spec.encoder.name, images, h),
      weightsManifest: [{
        paths: Object.keys(shards),
        weights: layers.weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
      }],
      userDefinedMetadata: {
        name: model.name,
        digest: model.digest,
        input:
          `${colours} pixels 0..255, [batch, ${size}, ${size}, ${channels}]; preprocessing is ` +
          "in the graph",
        output: `h, float32 [batch, ${spec.dimensions}], not normalised; compare by cosine`,
        spec,
      },
    };
    const json = new TextEncoder().encode(JSON.stringify(description));
    return await zip({ "model.json": json, ...shards });
  },
} satisfies ExportFormat;

/** Layers' names become scopes, and parts of names of files elsewhere: no slashes. */
function layerName(name: string): string {
  return name.replaceAll("/", "_");
}

/** The numbers one after the other, little-endian, cut up. */
function shardsOf(weights: LayerWeight[]): Record<string, Uint8Array<ArrayBuffer>> {
  const length = weights.reduce((sum, { data }) => sum + data.byteLength, 0);
  const all = new Uint8Array(length);
  let offset = 0;
  for (const { data } of weights) {
    all.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  const count = Math.ceil(length / SHARD_BYTES);
  const shards = Array.from({ length: count }, (_, i) => [
    `group1-shard${i + 1}of${count}.bin`,
    all.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  ]);
  return Object.fromEntries(shards);
}
