/** Images without their noise, which may be added first to see what becomes of it. @module */
import * as tf from "@tensorflow/tfjs";
import { corrupt, imageRange } from "../../data/corrupt.ts";
import { stackImages } from "../../data/stack_images.ts";
import { toInput } from "../../data/to_input.ts";
import { Noise } from "../../schemas/objective.ts";
import { Random } from "../../random.ts";
import { decodeInputs } from "../decode_inputs.ts";
import { headOf } from "../head_of.ts";
import { asShown, decibels, encodePictures } from "../pictures.ts";
import { oneByOne } from "./predictor.ts";

/** Noise is of the kind and level that the model was trained with, where the question says no other. */
export const predictDenoise = oneByOne<"denoise">(async (model, question, limits) => {
  const { image, seed } = question;
  const { stages } = limits;
  const { preprocessing } = model.spec;
  const { size } = preprocessing;
  const { head, options } = headOf(model, "denoise");
  const noise = noiseFor(question.noise, options.noise);
  const pixels = await decodeInputs([image], preprocessing, limits);
  const { noisy, restored, psnr } = await stages.run("forward", 1, async () => {
    const { figures, ...pictures } = tf.tidy(() => {
      const clean = toInput(stackImages(pixels, preprocessing), preprocessing);
      const noisy = seed === null ? clean : asShown(
        corrupt(clean, noise, imageRange(preprocessing), [new Random(seed).stream("noise")]),
        preprocessing,
      );
      const features = model.encoder.apply(noisy);
      const { image } = head.apply(features, { training: false });
      const restored = asShown(image as tf.Tensor4D, preprocessing);
      const figures = tf.stack([noisy, restored].map((x) => decibels(x, clean, preprocessing)));
      return { noisy, restored, figures };
    });
    const psnr = await figures.data();
    figures.dispose();
    return { ...pictures, psnr };
  });
  const [before, after] = psnr;
  const [denoised, given] = await stages.run(
    "encode",
    seed === null ? 1 : 2,
    async () => [
      ...await encodePictures(restored, preprocessing),
      ...seed === null ? [] : await encodePictures(noisy, preprocessing),
    ],
  );
  tf.dispose([noisy, restored]);
  const added = given === undefined
    ? null
    : { noisy: given, noise, psnr: { noisy: before!, denoised: after! } };
  return { image: denoised!, size, added };
});

/** A level means another thing for another kind: the model's is for its own kind alone. */
function noiseFor(asked: Partial<Noise>, own: Noise): Noise {
  return asked.kind === undefined || asked.kind === own.kind
    ? { ...own, ...asked }
    : Noise.parse(asked);
}
