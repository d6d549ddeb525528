/** Try-outs of a model's heads; `assets/try_outs.js` asks and shows. @module */
import type { Model } from "../../src/schemas/model.ts";
import { headFor, type Pretext } from "../../src/schemas/pretext.ts";
import { PictureDrop } from "./explore.tsx";

/** What people are told of each head. */
const TRY_OUTS: Record<Pretext, { title: string; text: string; several?: true }> = {
  "rotation": { title: "Rotation", text: "How far is it turned?" },
  "jigsaw": { title: "Jigsaw", text: "Its tiles are shuffled and put back" },
  "relative-position": {
    title: "Relative position",
    text: "Where does each patch lie around the centre?",
  },
  "frame-order": {
    title: "Frame order",
    text: "Three frames or more, or a GIF: are they in order? Of one picture, frames are made",
    several: true,
  },
  "reconstruct": { title: "Reconstruction", text: "What is left of it in its features" },
  "denoise": { title: "Denoising", text: "Noise is put on it and taken off" },
  "inpaint": { title: "Inpainting", text: "Draw a hole into it, and see it filled" },
};

/** One card a head that the model has; nothing where it has none. */
export function TryOuts({ model }: { model: Model }) {
  const pretexts = (Object.keys(TRY_OUTS) as Pretext[]).flatMap((pretext) => {
    const head = headFor(model.spec, pretext);
    return head === undefined ? [] : [{ pretext, head, ...TRY_OUTS[pretext] }];
  });
  if (pretexts.length === 0) return null;
  return (
    <section aria-labelledby="try-heading">
      <h2 id="try-heading">Try its heads</h2>
      <div class="cards tries">
        {pretexts.map(({ pretext, head, title, text, several = false }) => (
          <article class="card try" aria-labelledby={`try-${pretext}`}>
            <h3 id={`try-${pretext}`}>{title}</h3>
            <PictureDrop
              name="try"
              text={text}
              several={several}
              data-try={pretext}
              data-model={model.id}
              data-size={model.spec.preprocessing.size}
              data-head={JSON.stringify(head)}
            >
              <div class="answer" data-answer></div>
              <p class="visually-hidden" role="status" data-told></p>
            </PictureDrop>
          </article>
        ))}
      </div>
    </section>
  );
}
