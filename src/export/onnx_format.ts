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
import { RESNET_STAGES } from "../encoders/resnet_stages.ts";
import { SMALL_CONV_STRIDES } from "../encoders/small_conv_strides.ts";
import { nextTurn } from "../next_turn.ts";
import type { EncoderSpec } from "../schemas/encoder.ts";
import type { ModelSpec } from "../schemas/model.ts";
import { decodeSafetensors } from "../tensor/safetensors.ts";
import type { ExportFormat, ModelWithWeights } from "./export_format.ts";
import { foldWeights } from "./folded_weights.ts";
import { type GraphMap, OnnxGraph } from "./onnx_graph.ts";
import { ELEMENT, encodeOnnx, type OnnxValue } from "./onnx_messages.ts";

/** The form. */
export const onnxFormat: ExportFormat = {
  mediaType: "application/octet-stream",
  extension: "onnx",
  async encode({ model, weights }: ModelWithWeights) {
    const { tensors } = decodeSafetensors(weights);
    const { spec } = model;
    const { size, channels } = spec.preprocessing;
    const graph = new OnnxGraph();
    const layer: Layer = async (map, convolution, norm, stride) => {
      // Between two layers others get their turn: this may run on the thread that answers requests.
      await nextTurn();
      const folded = foldWeights(tensors, `encoder/${convolution}`, `encoder/${norm}`);
      return graph.convolution(convolution, map, folded, stride);
    };
    const map = await features(spec.encoder, graph, preprocess(graph, spec), layer);
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
};

/** Adds a convolution with its batch norm, by their names in the encoder. */
type Layer = (
  map: GraphMap,
  convolution: string,
  norm: string,
  stride: number,
) => Promise<GraphMap>;

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

/** The last feature map. */
async function features(
  spec: EncoderSpec,
  graph: OnnxGraph,
  input: GraphMap,
  layer: Layer,
): Promise<GraphMap> {
  switch (spec.name) {
    case "small_conv": {
      let map = input;
      for (const [i, stride] of SMALL_CONV_STRIDES.entries()) {
        map = graph.relu(await layer(map, `conv${i}`, `norm${i}`, stride));
      }
      return map;
    }
    case "resnet8":
    case "resnet14":
    case "resnet20":
    case "resnet18": {
      let map = graph.relu(await layer(input, "stem", "stem_norm", 1));
      for (const [stage, count] of RESNET_STAGES[spec.name].entries()) {
        for (let i = 0; i < count; i++) {
          const name = `stage${stage}/block${i}`;
          const changes = stage > 0 && i === 0;
          const stride = changes ? 2 : 1;
          const inner = graph.relu(
            await layer(map, `${name}/conv1`, `${name}/norm1`, stride),
          );
          const outer = await layer(inner, `${name}/conv2`, `${name}/norm2`, 1);
          const residual = changes
            ? await layer(map, `${name}/shortcut`, `${name}/shortcut_norm`, stride)
            : map;
          const sum = graph.add("Add", `${name}/sum`, [outer.name, residual.name]);
          map = graph.relu({ ...outer, name: sum });
        }
      }
      return map;
    }
    default:
      return spec satisfies never;
  }
}

/** The type of a batch of tensors of one shape. */
function batchOf(elemType: number, shape: number[]): OnnxValue["type"] {
  const dim = [{ dimParam: "batch" }, ...shape.map((dimValue) => ({ dimValue }))];
  return { tensorType: { elemType, shape: { dim } } };
}
