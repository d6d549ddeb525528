/** Try-outs of a model's heads; `assets/try_outs.js` asks and shows. @module */
import type { Model } from "../../src/schemas/model.ts";
import { headFor, type Pretext } from "../../src/schemas/pretext.ts";
import { PictureDrop } from "./explore.tsx";

/** What people are told of each head that can be tried here; a pretext that is left out cannot. */
const TRY_OUTS: Partial<Record<Pretext, { title: string; text: string }>> = {
  "rotation": { title: "Rotation", text: "How far is it turned?" },
  "jigsaw": { title: "Jigsaw", text: "Its tiles are shuffled and put back" },
  "relative-position": {
    title: "Relative position",
    text: "Where does each patch lie around the centre?",
  },
};

/** One card a head that the model has; nothing where it has none. */
export function TryOuts({ model }: { model: Model }) {
  const pretexts = (Object.keys(TRY_OUTS) as Pretext[])
    .filter((pretext) => headFor(model.spec, pretext) !== undefined);
  if (pretexts.length === 0) return null;
  return (
    <section aria-labelledby="try-heading">
      <h2 id="try-heading">Try its heads</h2>
      <div class="cards">
        {pretexts.map((pretext) => (
          <article class="card try">
            <h3>{TRY_OUTS[pretext]!.title}</h3>
            <PictureDrop
              name="try"
              text={TRY_OUTS[pretext]!.text}
              data-try={pretext}
              data-model={model.id}
            >
              <div class="answer" data-answer aria-live="polite"></div>
            </PictureDrop>
          </article>
        ))}
      </div>
    </section>
  );
}
