/**
 * ONNX: the encoder as one file for any runtime (onnxruntime, TensorRT, OpenVINO, browsers).
 *
 * - input `images`: uint8 [batch, size, size, channels], RGB or grey, as decoded and scaled;
 * - output `h`: float32 [batch, dimensions], not normalised, as `normalize: false` gives it.
 *
 * The preprocessing is in the graph, so that nobody has to get it right again; batch norms are
 * folded into the convolutions. Heads are not included. Opset 13 or later runs it.
 *
 * @module
 */
import { nextTurn } from "../next_turn.ts";
import type { ModelSpec } from "../schemas/model.ts";
import { decodeSafetensors } from "../tensor/safetensors.ts";
import type { ExportFormat, ModelWithWeights } from "./export_format.ts";
import { foldWeights } from "./folded_weights.ts";
import { type GraphMap, OnnxGraph } from "./onnx_graph.ts";
import { ELEMENT, encodeOnnx, type OnnxValue } from "./onnx_messages.ts";
import { walkEncoder } from "./walk_encoder.ts";

/** The form. */
export const onnxFormat = {
  mediaType: "application/octet-stream",
  extension: "onnx",
  async encode({ model, weights }: ModelWithWeights) {
    const { tensors } = decodeSafetensors(weights);
    const { spec } = model;
    const { size, channels } = spec.preprocessing;
    const graph = new OnnxGraph();
    const map = await walkEncoder(spec, preprocess(graph, spec), {
      async layer(input, { convolution, norm, stride, relu }) {
        // Between two layers others get their turn: this may run on the thread that answers requests.
        await nextTurn();
        const folded = foldWeights(tensors, `encoder/${convolution}`, `encoder/${norm}`);
        const output = graph.convolution(convolution, input, folded, stride);
        return relu ? graph.relu(output) : output;
      },
      addRelu(block, inner, residual) {
        const name = graph.add("Add", `${block}/sum`, [inner.name, residual.name]);
        return graph.relu({ ...inner, name });
      },
    });
    graph.add("GlobalAveragePool", "pooled", [map.name]);
    graph.add("Flatten", "h", ["pooled"], [{ name: "axis", type: 2, i: 1 }]);
    return encodeOnnx({
      irVersion: 8,
      opsetImport: [{ domain: "", version: 13 }],
      producerName: "alike",
      docString: `The encoder of ${model.name}: uint8 pixels in, embeddings out`,
      metadataProps: [
        { key: "name", value: model.name },
        { key: "digest", value: model.digest },
        { key: "spec", value: JSON.stringify(spec) },
      ],
      graph: {
        name: spec.encoder.name,
        node: graph.node,
        initializer: graph.initializer,
        input: [{
          name: "images",
          docString: `${channels === 3 ? "RGB" : "Grey"} pixels 0..255, row by row, channels last`,
          type: batchOf(ELEMENT.uint8, [size, size, channels]),
        }],
        output: [{
          name: "h",
          docString: "Embeddings, not normalised; compare them by cosine",
          type: batchOf(ELEMENT.float32, [spec.dimensions]),
        }],
      },
    });
  },
} satisfies ExportFormat;

/** uint8 NHWC → (x / 255 − mean) / standardDeviation, NCHW. */
function preprocess(graph: OnnxGraph, { preprocessing }: ModelSpec): GraphMap {
  const { mean, standardDeviation, size } = preprocessing;
  graph.add("Cast", "pixels", ["images"], [{ name: "to", type: 2, i: ELEMENT.float32 }]);
  graph.add("Transpose", "planes", ["pixels"], [{ name: "perm", type: 7, ints: [0, 3, 1, 2] }]);
  const scale = Float32Array.of(1 / (255 * standardDeviation));
  const offset = Float32Array.of(-mean / standardDeviation);
  graph.add("Mul", "scaled", ["planes", graph.constant("scale", scale, [])]);
  graph.add("Add", "x", ["scaled", graph.constant("offset", offset, [])]);
  return { name: "x", size };
}

/** The type of a batch of tensors of one shape. */
function batchOf(elemType: number, shape: number[]): OnnxValue["type"] {
  const dim = [{ dimParam: "batch" }, ...shape.map((dimValue) => ({ dimValue }))];
  return { tensorType: { elemType, shape: { dim } } };
}
