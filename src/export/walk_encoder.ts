/**
 * Encoders as a walk from their input to the features that are pooled, one layer after the other, for
 * whoever writes them down in a form of its own. The layers go by the names of their weights.
 *
 * @module
 */
import { RESNET_STAGES } from "../encoders/resnet_stages.ts";
import { SMALL_CONV_STRIDES } from "../encoders/small_conv_strides.ts";
import type { ModelSpec } from "../schemas/model.ts";

/** A convolution with the batch norm behind it, "same" padding. */
export interface WalkedLayer {
  /** Name of the convolution, without `/kernel`. */
  convolution: string;
  /** Name of the norm, without `/gamma`. */
  norm: string;
  stride: 1 | 2;
  /** Whether a ReLU follows. */
  relu: boolean;
}

/** Writes layers down. `Place` is where in the form an output is. */
export interface EncoderWriter<Place> {
  layer(input: Place, layer: WalkedLayer): Promise<Place>;
  /** ReLU of a sum. @param block Name of the residual block. */
  addRelu(block: string, inner: Place, residual: Place): Place;
}

/** Writes down what a model serves. @returns Where the feature map is of the block whose h it is. */
export async function walkEncoder<Place>(
  { encoder, block = Infinity }: Pick<ModelSpec, "encoder" | "block">,
  input: Place,
  writer: EncoderWriter<Place>,
): Promise<Place> {
  let map = input;
  switch (encoder.name) {
    case "small_conv":
      for (const [i, stride] of SMALL_CONV_STRIDES.slice(0, block + 1).entries()) {
        map = await writer.layer(map, {
          convolution: `conv${i}`,
          norm: `norm${i}`,
          stride,
          relu: true,
        });
      }
      return map;
    case "resnet8":
    case "resnet14":
    case "resnet20":
    case "resnet18":
      map = await writer.layer(map, {
        convolution: "stem",
        norm: "stem_norm",
        stride: 1,
        relu: true,
      });
      for (const [stage, count] of RESNET_STAGES[encoder.name].slice(0, block + 1).entries()) {
        for (let i = 0; i < count; i++) {
          map = await walkBlock(`stage${stage}/block${i}`, stage > 0 && i === 0, map, writer);
        }
      }
      return map;
    default:
      return encoder satisfies never;
  }
}

/** @param changes Whether the block halves the map and doubles the channels. */
async function walkBlock<Place>(
  block: string,
  changes: boolean,
  input: Place,
  writer: EncoderWriter<Place>,
): Promise<Place> {
  const stride = changes ? 2 : 1;
  const inner = await writer.layer(input, {
    convolution: `${block}/conv1`,
    norm: `${block}/norm1`,
    stride,
    relu: true,
  });
  const outer = await writer.layer(inner, {
    convolution: `${block}/conv2`,
    norm: `${block}/norm2`,
    stride: 1,
    relu: false,
  });
  const residual = !changes ? input : await writer.layer(input, {
    convolution: `${block}/shortcut`,
    norm: `${block}/shortcut_norm`,
    stride,
    relu: false,
  });
  return writer.addRelu(block, outer, residual);
}
