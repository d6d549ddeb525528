/**
 * Small convolutional encoder: four 3×3 convolutions, each with batch norm and ReLU.
 *
 * About a fifth of resnet8's arithmetic: the early stages, where pixels are many, are strided.
 * Meant for small grey images, first tries and tests.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../random.ts";
import type { EncoderSpec } from "../schemas/encoder.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import { BatchNorm } from "../tensor/layers/batch_norm.ts";
import { Convolution } from "../tensor/layers/convolution.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import type { ApplyOptions, Encoder, EncoderStage, Features, FeatureSpec } from "./encoder.ts";
import { SMALL_CONV_STRIDES } from "./small_conv_strides.ts";

/** The encoder; h has 8 × width dimensions. */
export class SmallConv implements Encoder {
  readonly spec: EncoderSpec;
  readonly features: FeatureSpec;
  readonly stages: readonly EncoderStage[];
  readonly layers: readonly { conv: Convolution; norm: BatchNorm }[];

  constructor(spec: EncoderSpec & { name: "small_conv" }, channels: number, random: Random) {
    this.spec = spec;
    let inputs = channels;
    this.layers = SMALL_CONV_STRIDES.map((stride, i) => {
      const outputs = spec.width * 2 ** i;
      const conv = new Convolution({ name: `conv${i}`, size: 3, inputs, outputs, stride }, random);
      inputs = outputs;
      return { conv, norm: new BatchNorm(`norm${i}`, outputs) };
    });
    this.stages = this.layers.map(({ conv, norm }, i): EncoderStage => ({
      dimensions: spec.width * 2 ** i,
      stride: SMALL_CONV_STRIDES[i]!,
      apply: (x, options) => norm.apply(conv.apply(x), { ...options, relu: true }),
      parameters: () => [...conv.parameters(), ...norm.parameters()],
      buffers: () => norm.buffers(),
    }));
    this.features = { dimensions: inputs, stages: this.stages };
  }

  apply(x: tf.Tensor, options: ApplyOptions): Features {
    const map = this.stages.reduce((map, stage) => stage.apply(map, options), x as tf.Tensor4D);
    return { pooled: globalAveragePool(map), map };
  }

  parameters(): Parameter[] {
    return this.stages.flatMap((stage) => stage.parameters());
  }

  buffers(): Buffer[] {
    return this.stages.flatMap((stage) => stage.buffers());
  }

  dispose(): void {
    for (const { conv, norm } of this.layers) {
      conv.dispose();
      norm.dispose();
    }
  }
}
