/** Images as an autoencoder's decoder gives them back. @module */
import * as tf from "@tensorflow/tfjs";
import { eachDecoded } from "../each_decoded.ts";
import { headOf } from "../head_of.ts";
import { asShown, decibels, encodePictures } from "../pictures.ts";
import type { Predictor } from "./predictor.ts";

/** One pass over the images of all questions that can be decoded. */
export const predictReconstruct: Predictor<"reconstruct"> = (model, questions, limits) =>
  eachDecoded(model, questions.map(({ image }) => image), limits, async (input) => {
    const { stages } = limits;
    const { preprocessing } = model.spec;
    const { head } = headOf(model, "reconstruct");
    const { images, psnr } = await stages.run("forward", input.shape[0], async () => {
      const { images, figures } = tf.tidy(() => {
        const features = model.encoder.apply(input);
        const image = head.apply(features, { training: false }).image as tf.Tensor4D;
        const images = asShown(image, preprocessing);
        const rows = (x: tf.Tensor4D) => tf.unstack(x);
        const originals = rows(input);
        const figures = tf.stack(
          rows(images).map((one, i) => decibels(one, originals[i]!, preprocessing)),
        );
        return { images, figures };
      });
      const psnr = await figures.data();
      figures.dispose();
      return { images, psnr };
    });
    const pictures = await stages.run(
      "encode",
      input.shape[0],
      () => encodePictures(images, preprocessing),
    );
    images.dispose();
    return pictures.map((image, i) => ({ image, size: preprocessing.size, psnr: psnr[i]! }));
  });
