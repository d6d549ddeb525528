/** The form for a new tournament. @module */
import type { Dataset } from "../../src/schemas/dataset.ts";
import { EncoderSpec } from "../../src/schemas/encoder.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { Choice } from "./choice.tsx";
import { Field } from "./field.tsx";
import { count } from "./format.ts";
import { Layout } from "./layout.tsx";
import { MoreFields } from "./more_fields.tsx";
import { NumberField } from "./number_field.tsx";
import { namedOptions } from "./option_fields.ts";

/** The objectives and encoders there are, from the schemas that requests are checked by. */
const OBJECTIVES = namedOptions(ObjectiveSpec).flatMap(({ names }) => names);
const ENCODERS = namedOptions(EncoderSpec).flatMap(({ names }) => names);

/** The form; `assets/new_tournament.js` says how long it takes, and sends it. */
export function NewTournamentPage(
  { datasets, chosen }: { datasets: Dataset[]; chosen: string | undefined },
) {
  // Blocks are ranked by what labels say of them.
  const labelled = datasets.filter(({ classes }) => Object.keys(classes).length >= 2);
  return (
    <Layout
      title="New tournament"
      section="jobs"
      scripts={["new_tournament.js"]}
      styles={["new_job.css"]}
    >
      <div class="head">
        <div>
          <h1>New tournament</h1>
          <p class="soft">
            Objectives against each other, each with the same time. Every block of their encoders is
            judged by held-out pictures.
          </p>
        </div>
      </div>
      {labelled.length === 0
        ? (
          <p>
            No data set has pictures of two labels yet: <a href="/datasets">import some</a>,{" "}
            in a folder for each label.
          </p>
        )
        : (
          <form data-new-tournament novalidate>
            <fieldset>
              <legend>What to learn from</legend>
              <div class="fields">
                <Field name="dataset" label="Data set">
                  <select name="dataset" id="dataset">
                    {labelled.map(({ id, name, count: items }) => (
                      <option value={id} selected={id === chosen || name === chosen}>
                        {`${name} (${count(items)})`}
                      </option>
                    ))}
                  </select>
                </Field>
                <Field name="name" label="Name" hint="the models’ begin with it">
                  <input name="name" id="name" autocomplete="off" spellcheck={false} />
                </Field>
              </div>
            </fieldset>
            <fieldset>
              <legend>Who takes part</legend>
              <div class="actions">
                {OBJECTIVES.map((name) => (
                  <label class="check">
                    <input type="checkbox" name="objectives" value={name} checked /> {name}
                  </label>
                ))}
              </div>
              <p class="hint">Each with its own recipe, as a training job of it would have.</p>
              <p class="fault" data-fault="objectives"></p>
            </fieldset>
            <fieldset>
              <legend>How</legend>
              <div class="fields">
                <NumberField name="minutes" label="Minutes each" value="10" min="0" step="any" />
                <Field name="encoder.name" label="Encoder">
                  <Choice name="encoder.name" options={ENCODERS} selected="resnet8" />
                </Field>
                <NumberField
                  name="encoder.width"
                  label="Width"
                  hint="channels of the first stage"
                  value="16"
                  min="4"
                  max="256"
                />
                <NumberField
                  name="batchSize"
                  label="Batch"
                  hint="pictures a step"
                  value="128"
                  min="2"
                  max="8192"
                />
                <NumberField name="seed" label="Seed" value="0" min="0" />
              </div>
            </fieldset>
            <MoreFields example='{"evaluate": {"queries": 5000}}' />
            <p data-total aria-live="polite"></p>
            <section class="card">
              <h2>The plan</h2>
              <p class="soft" data-plan-status role="status"></p>
              <div data-plan></div>
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
