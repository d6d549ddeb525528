/** The models there are. @module */
import type { Model } from "../../src/schemas/model.ts";
import { Cards } from "./cards.tsx";
import { count, moment, percent } from "./format.ts";
import { ImportModel } from "./import_model.tsx";
import { Layout } from "./layout.tsx";

/** A model at a glance. */
export function ModelCard(
  { model, aliases }: { model: Model; aliases: { name: string; model: string }[] },
) {
  const { card, spec } = model;
  const names = aliases.filter((alias) => alias.model === model.id).map(({ name }) => name);
  return (
    <article class="card">
      <h3>
        <a href={`/models/${model.id}`}>{model.name}</a>{" "}
        {names.map((name) => <span class="badge good">{name}</span>)}
      </h3>
      <p class="soft small">
        {`${spec.objectives.map(({ name }) => name).join(" + ")}, ${spec.encoder.name}${
          spec.block === undefined ? "" : ` up to block ${spec.block}`
        }, ${count(card.steps)} steps, ${moment(model.createdAt)}`}
      </p>
      {card.evaluation !== null && (
        <p>
          <strong class="number">{percent(card.evaluation.trained.value)}</strong>
          <span class="soft">
            {` by neighbours; untrained ${percent(card.evaluation.untrained.value)}, pixels ${
              percent(card.evaluation.pixels.value)
            }`}
          </span>
        </p>
      )}
    </article>
  );
}

/** All models, newest first. */
export function ModelsPage(
  { models, aliases }: { models: Model[]; aliases: { name: string; model: string }[] },
) {
  return (
    <Layout title="Models" section="models" scripts={["import_model.js"]}>
      <div class="head">
        <h1>Models</h1>
      </div>
      {models.length === 0
        ? <p class="soft">No model yet: import pictures, then train on them.</p>
        : (
          <Cards>
            {models.map((model) => <ModelCard model={model} aliases={aliases} />)}
          </Cards>
        )}
      <ImportModel />
    </Layout>
  );
}
