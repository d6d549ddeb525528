/** What a context encoder puts into a hole. @module */
import * as tf from "@tensorflow/tfjs";
import { stackImages } from "../../data/stack_images.ts";
import { toInput } from "../../data/to_input.ts";
import { InvalidError } from "../../errors.ts";
import { imageDimensions } from "../../images/image_dimensions.ts";
import { fillHole, meanAround, withHole } from "../../objectives/context_encoder.ts";
import { psnr, weightedError } from "../../objectives/reconstruction.ts";
import { singleReplica } from "../../parallel/single.ts";
import { decodeInputs } from "../decode_inputs.ts";
import { headOf } from "../head_of.ts";
import { asShown, encodePictures } from "../pictures.ts";
import { type DecodeLimits, oneByOne } from "./predictor.ts";

/** Grey values from here on are the hole. */
const WHITE = 128;

/** Image and mask are cut alike to the model's square. Faults: `input[0]` image, `input[1]` mask. */
export const predictInpaint = oneByOne<"inpaint">(async (model, { image, mask }, limits) => {
  const { preprocessing } = model.spec;
  const { size } = preprocessing;
  const { head } = headOf(model, "inpaint");
  const { stages } = limits;
  const [pixels] = await decodeInputs([image], preprocessing, limits);
  const shades = await decodeMask(mask, size, limits);
  await requireSameSize(image, mask);
  const holes = Float32Array.from(shades, (shade) => shade >= WHITE ? 1 : 0);
  const share = holes.reduce((sum, value) => sum + value, 0) / holes.length;
  if (share === 0 || share === 1) {
    const rule = share === 0
      ? "must be white somewhere within the model's square, where the hole is"
      : "must be black somewhere within the model's square, around the hole";
    throw maskFault(rule, `${Math.round(100 * share)} % white`);
  }
  const { filled, found, mean } = await stages.run("forward", 1, async () => {
    const { filled, figures } = tf.tidy(() => {
      const original = toInput(stackImages([pixels!], preprocessing), preprocessing);
      const hole = tf.tensor4d(holes, [1, size, size, 1]);
      const features = model.encoder.apply(withHole(original, hole));
      const filling = head.apply(features, { training: false }).image as tf.Tensor4D;
      const filled = asShown(fillHole(original, hole, filling), preprocessing);
      const error = (x: tf.Tensor4D) =>
        psnr(weightedError(x, original, hole, singleReplica), preprocessing);
      return { filled, figures: tf.stack([error(filled), error(meanAround(original, hole))]) };
    });
    const [found, mean] = await figures.data();
    figures.dispose();
    return { filled, found, mean };
  });
  const [picture] = await stages.run("encode", 1, () => encodePictures(filled, preprocessing));
  filled.dispose();
  return { image: picture!, size, hole: share, psnr: { filled: found!, mean: mean! } };
});

/** A grey mask; faults are those of the second input. */
async function decodeMask(
  mask: Uint8Array,
  size: number,
  limits: DecodeLimits,
): Promise<Uint8Array> {
  try {
    return (await decodeInputs([mask], { size, channels: 1 }, limits))[0]!;
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    throw new InvalidError(error.message, {
      errors: error.errors.map((fault) => ({ ...fault, path: "input[1]" })),
    });
  }
}

async function requireSameSize(image: Uint8Array, mask: Uint8Array): Promise<void> {
  const [wanted, given] = await Promise.all([imageDimensions(image), imageDimensions(mask)]);
  if (wanted.width === given.width && wanted.height === given.height) return;
  throw maskFault(
    `must have the image's size, ${wanted.width}×${wanted.height} pixels`,
    `${given.width}×${given.height}`,
  );
}

function maskFault(rule: string, value: string): InvalidError {
  return new InvalidError(`Cannot fill the hole: the mask ${rule}, it is ${value}`, {
    errors: [{ path: "input[1]", rule, value }],
  });
}
