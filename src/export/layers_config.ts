/**
 * LayersModel: the description of a model that `tf.loadLayersModel` and Keras read, written one stock
 * layer after the other. Without tfjs: it is plain JSON, and weights by the names in it.
 *
 * @module
 */
import type { FoldedWeights } from "./folded_weights.ts";

/** A layer as Keras writes it down. */
interface LayerConfig {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  /** One node; of each layer that goes in, its name, its node and which of its outputs. */
  inbound_nodes: [string, number, number, Record<string, never>][][];
}

/** A named array, float32, in the order that the layers ask for it. */
export interface LayerWeight {
  name: string;
  shape: number[];
  data: Float32Array<ArrayBuffer>;
}

/** A model in the making. Places in it are names of layers. */
export class LayersConfig {
  readonly #layers: LayerConfig[] = [];
  readonly weights: LayerWeight[] = [];

  /** Adds a layer. @returns Its name. */
  add(
    className: string,
    name: string,
    inputs: string[],
    options: Record<string, unknown> = {},
  ): string {
    this.#layers.push({
      class_name: className,
      name,
      config: { name, trainable: true, dtype: "float32", ...options },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    });
    return name;
  }

  /** A convolution with a bias and "same" padding. */
  convolution(
    name: string,
    input: string,
    { kernel, shape, bias }: FoldedWeights,
    { stride, relu }: { stride: number; relu: boolean },
  ): string {
    const [height, width, , filters] = shape;
    this.weights.push({ name: `${name}/kernel`, shape, data: kernel });
    this.weights.push({ name: `${name}/bias`, shape: [filters], data: bias });
    return this.add("Conv2D", name, [input], {
      filters,
      kernel_size: [height, width],
      strides: [stride, stride],
      padding: "same",
      data_format: "channels_last",
      dilation_rate: [1, 1],
      activation: relu ? "relu" : "linear",
      use_bias: true,
    });
  }

  /** The model from one layer to another. */
  topology(name: string, input: string, output: string): Record<string, unknown> {
    return {
      class_name: "Model",
      config: {
        name,
        layers: this.#layers,
        input_layers: [[input, 0, 0]],
        output_layers: [[output, 0, 0]],
      },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    };
  }
}
