/**
 * Images in a JSON body: data URIs or bare base64. Only the form is checked here; decoding is the
 * route's part, and whether the bytes are an image the embedder's.
 *
 * @module
 */
import { z } from "zod";

/** Most images in a request; OpenAI's limit on inputs. */
export const MAX_IMAGES = 2048;

const PIXEL = "data:image/png;base64," +
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

/** One image. */
export const ImageInput = z.string("must be an image: a data URI or base64")
  .min(1, "must be an image: a data URI or base64")
  .meta({ description: "A data URI or bare base64; JPEG, PNG, WebP or GIF", example: PIXEL });

/** Some images. */
export const ImageInputs = z.array(ImageInput).min(1).max(MAX_IMAGES);

/** One image, or some. */
export const OneOrMoreImages = z.union([ImageInput, ImageInputs]).meta({ example: PIXEL });
