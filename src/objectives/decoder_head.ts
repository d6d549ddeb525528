/** The head of an objective that gives an image back: a decoder on the encoder's map. @module */
import type * as tf from "@tensorflow/tfjs";
import type { Features } from "../encoders/encoder.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import type { Decoder } from "./decoder.ts";
import type { Head, Tensors } from "./objective.ts";

/** Features with a map → `{ image: [n, size, size, channels] }`, normalised. */
export class DecoderHead implements Head {
  protected readonly decoder: Decoder;

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  apply(features: Features, options: Parameters<Head["apply"]>[1]): Tensors {
    return { image: this.decoder.apply(features.map as tf.Tensor4D, options) };
  }

  parameters(): Parameter[] {
    return this.decoder.parameters();
  }

  buffers(): Buffer[] {
    return this.decoder.buffers();
  }

  dispose(): void {
    this.decoder.dispose();
  }
}
