/**
 * The only registry of encoders.
 *
 * @module
 */
import type { Random } from "../random.ts";
import type { EncoderSpec } from "../schemas/encoder.ts";
import type { Encoder } from "./encoder.ts";
import { ResNet } from "./resnet.ts";
import { SmallConv } from "./small_conv.ts";

/**
 * An encoder with fresh weights.
 *
 * @param channels Of the input images.
 */
export function createEncoder(spec: EncoderSpec, channels: number, random: Random): Encoder {
  switch (spec.name) {
    case "resnet8":
    case "resnet14":
    case "resnet20":
    case "resnet18":
      return new ResNet({ ...spec, name: spec.name }, channels, random);
    case "small_conv":
      return new SmallConv(spec, channels, random);
    default:
      return spec satisfies never;
  }
}
