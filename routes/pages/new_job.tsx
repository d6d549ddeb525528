/** The form for a new job. @module */
import type { Dataset } from "../../src/schemas/dataset.ts";
import { EncoderSpec } from "../../src/schemas/encoder.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { recipeCards } from "../../src/schemas/recipe_cards.ts";
import { Choice } from "./choice.tsx";
import { Field } from "./field.tsx";
import type { Model } from "../../src/schemas/model.ts";
import { BeginFrom } from "./begin_from.tsx";
import { count } from "./format.ts";
import { Layout } from "./layout.tsx";
import { MoreFields } from "./more_fields.tsx";
import { NumberField } from "./number_field.tsx";
import { OptionBlock, OptionInput } from "./option_block.tsx";
import { namedOptions, type OptionField } from "./option_fields.ts";
import { recipesFor } from "./recipes_for.ts";

/** The objectives and encoders there are, from the schemas that requests are checked by. */
const OBJECTIVES = namedOptions(ObjectiveSpec);
const ENCODERS = namedOptions(EncoderSpec);

const OBJECTIVE_NAMES = OBJECTIVES.flatMap(({ names }) => names);
const ENCODER_NAMES = ENCODERS.flatMap(({ names }) => names);

/** What an objective beside the first one has. */
const WEIGHT: OptionField = {
  path: "weight",
  label: "Weight",
  description: "Of its loss, where that of the first objective has 1",
  kind: { whole: false, minimum: 0, maximum: 100, above: true },
  default: 1,
};

/** The form; `assets/new_job.js` asks for the plan as it is filled in, and sends it. */
export function NewJobPage(
  { datasets, chosen, models, from, more }: {
    datasets: Dataset[];
    chosen: string | undefined;
    models: Model[];
    /** The model to begin from, as far as the address says one. */
    from: string | undefined;
    /** More fields of the request, JSON, as a preview of views makes them. */
    more: string | undefined;
  },
) {
  return (
    <Layout title="New job" section="jobs" scripts={["new_job.js"]} styles={["new_job.css"]}>
      <div class="head">
        <div>
          <h1>New job</h1>
          <p class="soft">
            Everything has a default that suits most pictures. Which objective suits yours, a{" "}
            <a href="/jobs/new/tournament">tournament</a> finds out.
          </p>
        </div>
      </div>
      {datasets.length === 0
        ? (
          <p>
            There are no pictures yet: <a href="/datasets">import some</a>.
          </p>
        )
        : (
          <form
            data-new-job
            data-abouts={JSON.stringify(
              Object.fromEntries(OBJECTIVES.map(({ names, about }) => [names[0], about ?? ""])),
            )}
            data-recipes={JSON.stringify(
              recipeCards().map(({ name, about }) => ({ name, about })),
            )}
            data-recipes-for={JSON.stringify(recipesFor(OBJECTIVE_NAMES))}
            novalidate
          >
            <fieldset>
              <legend>What to learn from</legend>
              <div class="fields">
                <Field name="dataset" label="Data set">
                  <select name="dataset" id="dataset">
                    {datasets.map(({ id, name, count: items }) => (
                      <option value={id} selected={id === chosen || name === chosen}>
                        {`${name} (${count(items)})`}
                      </option>
                    ))}
                  </select>
                </Field>
                <Field name="name" label="Name of the model" hint="default: the data set's">
                  <input name="name" id="name" autocomplete="off" spellcheck={false} />
                </Field>
              </div>
            </fieldset>
            <BeginFrom models={models} chosen={from} />
            <fieldset>
              <legend>How to learn</legend>
              <div class="fields">
                <Field name="objective" label="Objective">
                  <Choice name="objective" options={OBJECTIVE_NAMES} />
                  <p class="hint" data-about></p>
                </Field>
                <Field name="encoder" label="Encoder">
                  <Choice name="encoder" options={ENCODER_NAMES} selected="resnet8" />
                </Field>
                <Field name="recipe" label="Recipe">
                  <select name="recipe" id="recipe"></select>
                  <p class="hint" data-recipe-about></p>
                </Field>
                <NumberField
                  name="batchSize"
                  label="Batch"
                  hint="pictures a step"
                  value="256"
                  min="2"
                  max="8192"
                />
                <NumberField name="seed" label="Seed" value="0" min="0" />
                <NumberField
                  name="imageSize"
                  label="Image size"
                  hint="side, pixels; default: of where it starts, else 32, or 28"
                  min="8"
                  max="512"
                />
              </div>
              <fieldset class="heads">
                <legend>More objectives on the same encoder</legend>
                <div class="actions">
                  {OBJECTIVE_NAMES.map((name) => (
                    <label class="check">
                      <input type="checkbox" name="heads" value={name} /> {name}
                    </label>
                  ))}
                </div>
                <p class="fault" data-fault="heads"></p>
              </fieldset>
              <div data-blocks>
                {OBJECTIVES.map((options) => (
                  <OptionBlock of="objective" {...options}>
                    <div data-head-only hidden>
                      <OptionInput prefix={`heads.${options.names[0]}`} field={WEIGHT} />
                    </div>
                  </OptionBlock>
                ))}
                {ENCODERS.map((options) => <OptionBlock of="encoder" {...options} />)}
              </div>
            </fieldset>
            <fieldset>
              <legend>How long</legend>
              <div class="fields">
                <NumberField name="length" label="Length" value="10" min="0" step="any" />
                <Field name="unit" label="In">
                  <Choice name="unit" options={["minutes", "epochs", "steps"]} />
                </Field>
                <div>
                  <label class="check">
                    <input type="checkbox" name="autoStop" /> End by itself
                  </label>
                  <p class="hint">on a plateau, or where it collapses or diverges</p>
                  <p class="fault" data-fault="autoStop"></p>
                </div>
              </div>
            </fieldset>
            <MoreFields example='{"recipe": {"augment": {"blur": …}}}' value={more} />
            <section class="card" aria-live="polite">
              <h2>The plan</h2>
              <div data-plan class="soft">It is worked out from the form.</div>
              <details class="plan-request">
                <summary>The request as JSON</summary>
                <pre data-request></pre>
              </details>
            </section>
            <div class="actions">
              <button class="primary" type="submit">Start</button>
            </div>
          </form>
        )}
    </Layout>
  );
}
