/** Encoder f: which network turns an image into features h. @module */
import { z } from "zod";

const residualWidth = z.int().min(4).max(256);

/** CIFAR-style residual networks (He et al. 2016, section 4.2): 6n+2 layers, three stages. */
const CifarResNet = z.strictObject({
  name: z.enum(["resnet8", "resnet14", "resnet20"]),
  width: residualWidth.default(16).describe("Channels of the first stage; h has 4 × width"),
});

/** ImageNet's ResNet-18 with SimCLR's CIFAR stem: 3×3 stride 1, no pooling (appendix B.9). */
const ResNet18 = z.strictObject({
  name: z.literal("resnet18"),
  width: residualWidth.default(64).describe("Channels of the first stage; h has 8 × width"),
});

/** Plain strided convolutions: the fastest one, for small grey images and tests. */
const SmallConv = z.strictObject({
  name: z.literal("small_conv"),
  width: residualWidth.default(16).describe("Channels of the first layer; h has 8 × width"),
});

/** An encoder by name with its options. */
export const EncoderSpec = z.discriminatedUnion("name", [CifarResNet, ResNet18, SmallConv])
  .meta({ id: "EncoderSpec", example: { name: "resnet8", width: 16 } });
export type EncoderSpec = z.infer<typeof EncoderSpec>;

/** As requests give it: the name alone means its defaults. */
export const EncoderRequest = z.union([
  z.enum(["resnet8", "resnet14", "resnet20", "resnet18", "small_conv"])
    .transform((name) => EncoderSpec.parse({ name })),
  EncoderSpec,
]);

/** How an original becomes the encoder's input; stored with the model. */
export const Preprocessing = z.object({
  size: z.int().min(8, "must be at least 8 pixels").max(512, "must be at most 512 pixels")
    .describe("Height and width of the input, pixels"),
  channels: z.union([z.literal(1), z.literal(3)]).describe("1 for grey, 3 for RGB"),
  mean: z.number().min(0).max(1).default(0.5).describe("Subtracted from values in 0..1"),
  standardDeviation: z.number().gt(0).max(1).default(0.25).describe("Divides what remains"),
});
export type Preprocessing = z.infer<typeof Preprocessing>;
