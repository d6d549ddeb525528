/** The form for a new job. @module */
import { z } from "zod";
import type { Dataset } from "../../src/schemas/dataset.ts";
import { EncoderSpec } from "../../src/schemas/encoder.ts";
import { ObjectiveSpec } from "../../src/schemas/objective.ts";
import { RecipePreset } from "../../src/schemas/recipe.ts";
import type { Model } from "../../src/schemas/model.ts";
import { BeginFrom } from "./begin_from.tsx";
import { count } from "./format.ts";
import { Layout } from "./layout.tsx";

/** A union told apart by `name`, of which each option has one name or several. */
interface ByName {
  options: readonly { shape: { name: z.ZodEnum | z.ZodLiteral } }[];
}

function namesOf(union: ByName): string[] {
  return union.options.flatMap(({ shape: { name } }) =>
    [...(name instanceof z.ZodEnum ? name.options : name.values)].map(String)
  );
}

/** The objectives and encoders there are, from the schemas that requests are checked by. */
const OBJECTIVES = namesOf(ObjectiveSpec);
const ENCODERS = namesOf(EncoderSpec);

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
    <Layout title="New job" section="jobs" scripts={["new_job.js"]}>
      <div class="head">
        <div>
          <h1>New job</h1>
          <p class="soft">Everything has a default that suits most pictures.</p>
        </div>
      </div>
      {datasets.length === 0
        ? (
          <p>
            There are no pictures yet: <a href="/datasets">import some</a>.
          </p>
        )
        : (
          <form data-new-job novalidate>
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
                  <Choice name="objective" options={OBJECTIVES} />
                </Field>
                <Field name="encoder.name" label="Encoder">
                  <Choice name="encoder.name" options={ENCODERS} selected="resnet8" />
                </Field>
                <Field name="encoder.width" label="Width" hint="channels of the first stage">
                  <input
                    type="number"
                    name="encoder.width"
                    id="encoder.width"
                    value="16"
                    min="4"
                    max="256"
                  />
                </Field>
                <Field name="recipe" label="Recipe" hint="default: the objective's own">
                  <Choice name="recipe" options={RecipePreset.options} empty="default" />
                </Field>
                <Field name="batchSize" label="Batch" hint="pictures a step">
                  <input
                    type="number"
                    name="batchSize"
                    id="batchSize"
                    value="256"
                    min="2"
                    max="8192"
                  />
                </Field>
                <Field name="seed" label="Seed">
                  <input type="number" name="seed" id="seed" value="0" min="0" />
                </Field>
              </div>
              <p class="hint">More objectives on the same encoder:</p>
              <div class="actions">
                {OBJECTIVES.map((name) => (
                  <label class="check">
                    <input type="checkbox" name="heads" value={name} /> {name}
                  </label>
                ))}
              </div>
            </fieldset>
            <fieldset>
              <legend>How long</legend>
              <div class="fields">
                <Field name="length" label="Length">
                  <input type="number" name="length" id="length" value="10" min="0" step="any" />
                </Field>
                <Field name="unit" label="In">
                  <Choice name="unit" options={["minutes", "epochs", "steps"]} />
                </Field>
              </div>
            </fieldset>
            <fieldset>
              <legend>More</legend>
              <label for="more">
                Any other field of the request, as JSON{" "}
                <span class="hint">
                  {'for example {"recipe": {"augment": {"blur": …}}}; see the API'}
                </span>
              </label>
              <textarea id="more" name="more" rows={3} spellcheck={false}>{more ?? ""}</textarea>
              <p class="fault" data-fault="more"></p>
            </fieldset>
            <section class="card" aria-live="polite">
              <h2>The plan</h2>
              <div data-plan class="soft">It is worked out from the form.</div>
            </section>
            <div class="actions">
              <button class="primary" type="submit">Start</button>
            </div>
          </form>
        )}
    </Layout>
  );
}

function Field(
  { name, label, hint, children }: {
    name: string;
    label: string;
    hint?: string;
    children?: unknown;
  },
) {
  return (
    <div>
      <label for={name}>
        {label} {hint !== undefined && <span class="hint">{hint}</span>}
      </label>
      {children}
      <p class="fault" data-fault={name}></p>
    </div>
  );
}

function Choice(
  { name, options, selected, empty }: {
    name: string;
    options: readonly string[];
    selected?: string;
    /** What choosing nothing is called, where that is possible. */
    empty?: string;
  },
) {
  return (
    <select name={name} id={name}>
      {empty !== undefined && <option value="">{empty}</option>}
      {options.map((option) => (
        <option value={option} selected={option === selected}>{option}</option>
      ))}
    </select>
  );
}
