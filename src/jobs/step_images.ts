/** The images of a session's step, from the request's text. @module */
import { type FieldError, InvalidError } from "../errors.ts";
import { decodeImageText } from "../images/image_text.ts";
import type { StepImages } from "../protocol/session_protocol.ts";
import type { SessionStepRequest } from "../schemas/session.ts";

/** Nobody reads on after so many. */
const MOST_FAULTS = 10;

/** How much of a wrong text is repeated in an answer. */
const LONGEST_VALUE = 80;

/**
 * Decodes data URIs and base64.
 *
 * @throws {InvalidError} With `images[i]` or `views[i][j]` for each text that is no image.
 */
export function decodeStepImages(request: SessionStepRequest): StepImages {
  const faults: FieldError[] = [];
  const decode = (text: string, path: string): Uint8Array => {
    const decoded = decodeImageText(text);
    if (typeof decoded !== "string") return decoded;
    if (faults.length < MOST_FAULTS) {
      faults.push({ path, rule: decoded, value: text.slice(0, LONGEST_VALUE) });
    }
    return new Uint8Array();
  };
  const images: StepImages = "images" in request
    ? { images: request.images.map((text, i) => decode(text, `images[${i}]`)) }
    : {
      views: request.views.map(([a, b], i) => [
        decode(a, `views[${i}][0]`),
        decode(b, `views[${i}][1]`),
      ]),
    };
  if (faults.length > 0) {
    const [first] = faults;
    throw new InvalidError(`Cannot step: ${first!.path} ${first!.rule}`, { errors: faults });
  }
  return images;
}
