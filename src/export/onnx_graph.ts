/**
 * ONNX graph: collects nodes and constants, one operation after the other. Values go by name; maps
 * are [batch, channels, height, width], as ONNX has them.
 *
 * @module
 */
import { type FoldedWeights, outputsFirst } from "./folded_weights.ts";
import { ELEMENT, type OnnxAttribute, type OnnxNode, type OnnxTensor } from "./onnx_messages.ts";

/** A feature map in the graph. */
export interface GraphMap {
  name: string;
  /** Height and width. */
  size: number;
}

/** A graph in the making. */
export class OnnxGraph {
  readonly node: OnnxNode[] = [];
  readonly initializer: OnnxTensor[] = [];

  /**
   * Adds an operation.
   *
   * @param name Of the node and of what it gives.
   */
  add(
    opType: string,
    name: string,
    input: string[],
    attribute: OnnxAttribute[] = [],
  ): string {
    this.node.push({ name, opType, input, output: [name], attribute });
    return name;
  }

  /** A float32 constant. */
  constant(name: string, data: Float32Array<ArrayBuffer>, dims: number[]): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializer.push({ name, dims, dataType: ELEMENT.float32, rawData });
    return name;
  }

  /**
   * A convolution with bias and TensorFlow's "same" padding: where it is odd, the extra row is below
   * and the extra column on the right.
   */
  convolution(name: string, map: GraphMap, weights: FoldedWeights, stride: number): GraphMap {
    const { shape: [height, width, inputs, outputs], bias } = weights;
    const size = Math.ceil(map.size / stride);
    const [top, bottom] = padding(map.size, size, height, stride);
    const [left, right] = padding(map.size, size, width, stride);
    const operands = [
      map.name,
      this.constant(`${name}/kernel`, outputsFirst(weights), [outputs, inputs, height, width]),
      this.constant(`${name}/bias`, bias, [bias.length]),
    ];
    this.add("Conv", name, operands, [
      { name: "kernel_shape", type: 7, ints: [height, width] },
      { name: "pads", type: 7, ints: [top, left, bottom, right] },
      { name: "strides", type: 7, ints: [stride, stride] },
    ]);
    return { name, size };
  }

  relu(map: GraphMap): GraphMap {
    return { ...map, name: this.add("Relu", `${map.name}/relu`, [map.name]) };
  }
}

/** Zeros before and after, along one axis. */
function padding(from: number, to: number, kernel: number, stride: number): [number, number] {
  const total = Math.max(0, (to - 1) * stride + kernel - from);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
