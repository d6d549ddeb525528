/**
 * Residual networks (He et al., "Deep Residual Learning", CVPR 2016) for small images.
 *
 * `resnet8/14/20` are the CIFAR networks of section 4.2 (three stages of n blocks) with projection
 * shortcuts; `resnet18` has four stages of two blocks and SimCLR's CIFAR stem (Chen et al. 2020,
 * appendix B.9): 3×3 stride 1 and no pooling. All padding is "same".
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
import { RESNET_STAGES, type ResNetName } from "./resnet_stages.ts";

/** conv-bn-relu, conv-bn, plus the input, relu. */
class BasicBlock {
  readonly conv1: Convolution;
  readonly norm1: BatchNorm;
  readonly conv2: Convolution;
  readonly norm2: BatchNorm;
  /** 1×1 convolution and norm where the shape changes, else the identity. */
  readonly shortcut: { conv: Convolution; norm: BatchNorm } | null;

  constructor(name: string, inputs: number, outputs: number, stride: number, random: Random) {
    this.conv1 = new Convolution(
      { name: `${name}/conv1`, size: 3, inputs, outputs, stride },
      random,
    );
    this.norm1 = new BatchNorm(`${name}/norm1`, outputs);
    this.conv2 = new Convolution(
      { name: `${name}/conv2`, size: 3, inputs: outputs, outputs },
      random,
    );
    this.norm2 = new BatchNorm(`${name}/norm2`, outputs);
    this.shortcut = stride === 1 && inputs === outputs ? null : {
      conv: new Convolution({ name: `${name}/shortcut`, size: 1, inputs, outputs, stride }, random),
      norm: new BatchNorm(`${name}/shortcut_norm`, outputs),
    };
  }

  apply(x: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D {
    const inner = this.norm1.apply(this.conv1.apply(x), { ...options, relu: true });
    const residual = this.shortcut === null
      ? x
      : this.shortcut.norm.apply(this.shortcut.conv.apply(x), { ...options, relu: false });
    return this.norm2.apply(this.conv2.apply(inner), { ...options, relu: true, residual });
  }

  layers(): (Convolution | BatchNorm)[] {
    return [
      this.conv1,
      this.norm1,
      this.conv2,
      this.norm2,
      ...(this.shortcut ? [this.shortcut.conv, this.shortcut.norm] : []),
    ];
  }
}

/** A residual encoder; h has as many dimensions as the last stage has channels. */
export class ResNet implements Encoder {
  readonly spec: EncoderSpec & { name: ResNetName };
  readonly features: FeatureSpec;
  readonly stages: readonly EncoderStage[];
  readonly stem: Convolution;
  readonly stemNorm: BatchNorm;
  readonly blocks: readonly BasicBlock[];

  constructor(spec: EncoderSpec & { name: ResNetName }, channels: number, random: Random) {
    this.spec = spec;
    const stages = RESNET_STAGES[spec.name];
    this.stem = new Convolution(
      { name: "stem", size: 3, inputs: channels, outputs: spec.width },
      random,
    );
    this.stemNorm = new BatchNorm("stem_norm", spec.width);
    let inputs = spec.width;
    this.blocks = stages.flatMap((count, stage) =>
      Array.from({ length: count }, (_, i) => {
        const outputs = spec.width * 2 ** stage;
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const block = new BasicBlock(`stage${stage}/block${i}`, inputs, outputs, stride, random);
        inputs = outputs;
        return block;
      })
    );
    let first = 0;
    this.stages = stages.map((count, stage): EncoderStage => {
      const blocks = this.blocks.slice(first, first += count);
      const layers = [
        ...(stage > 0 ? [] : [this.stem, this.stemNorm]),
        ...blocks.flatMap((block) => block.layers()),
      ];
      return {
        dimensions: spec.width * 2 ** stage,
        stride: stage === 0 ? 1 : 2,
        apply: (x, options) => {
          const input = stage > 0 ? x : this.#applyStem(x, options);
          return blocks.reduce((map, block) => block.apply(map, options), input);
        },
        parameters: () => layers.flatMap((layer) => layer.parameters()),
        buffers: () => layers.flatMap((layer) => layer instanceof BatchNorm ? layer.buffers() : []),
      };
    });
    this.features = { dimensions: inputs, stages: this.stages };
  }

  #applyStem(x: tf.Tensor4D, options: ApplyOptions): tf.Tensor4D {
    return this.stemNorm.apply(this.stem.apply(x), { ...options, relu: true });
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
    const blocks = this.blocks.flatMap((block) => block.layers());
    for (const layer of [this.stem, this.stemNorm, ...blocks]) layer.dispose();
  }
}
