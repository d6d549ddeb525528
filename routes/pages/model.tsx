/** One model: what it is worth, what it sees, its names, and the ways out. @module */
import { ExportFormatName } from "../../src/schemas/export.ts";
import type { Dataset } from "../../src/schemas/dataset.ts";
import { Protocol } from "../../src/schemas/evaluate.ts";
import type { JudgedModel } from "../../src/schemas/model.ts";
import { judgement, notes } from "../card/judgement.ts";
import { making } from "../card/making.ts";
import { Explore } from "./explore.tsx";
import { bytes, count } from "./format.ts";
import { Layout } from "./layout.tsx";
import { AliasHistory, type AliasPast, DEFAULT, Names } from "./names.tsx";
import { ServedBlock } from "./served_block.tsx";
import { TryOuts } from "./try_outs.tsx";
import { VerdictLine } from "./verdict_line.tsx";

/** What {@linkcode ModelPage} takes. */
export interface ModelPageProps {
  model: JudgedModel;
  /** Names of the aliases that point to it. */
  aliases: string[];
  datasets: Dataset[];
  /** Of these aliases, and of the default one. */
  past: AliasPast[];
  /** What models are called, by id. */
  names: ReadonlyMap<string, string>;
}

/** The page. */
export function ModelPage({ model, aliases, datasets, past, names }: ModelPageProps) {
  const { id, name, spec, card } = model;
  const objectives = spec.objectives.map((objective) => objective.name).join(" + ");
  return (
    <Layout
      title={name}
      section="models"
      scripts={["model.js", "served_block.js", "explore.js", "try_outs.js"]}
      styles={["model.css"]}
    >
      <div class="head" data-model={id} data-name={name}>
        <div>
          <h1>
            {name} {aliases.map((alias) => <span class="badge good">{alias}</span>)}
          </h1>
          <p class="soft">
            {`${spec.encoder.name} of width ${spec.encoder.width}, trained by ${objectives} on ${
              count(card.dataset.used)
            } pictures of ${card.dataset.name}`}
          </p>
        </div>
        <div class="actions">
          {!aliases.includes(DEFAULT) && (
            <button type="button" class="primary" data-promote>Make it the default</button>
          )}
          <button type="button" data-delete>Delete</button>
        </div>
      </div>
      {card.health !== undefined && <VerdictLine health={card.health} />}
      {notes(card.notes)}
      <Explore model={model} datasets={datasets} map />
      <TryOuts model={model} />
      <section class="results">
        {judgement(model)}
      </section>
      <div class="columns">
        <Evaluate datasets={datasets} />
        <Names aliases={aliases} datasets={datasets} />
        <ServedBlock model={model} />
        <Ways model={model} />
      </div>
      <AliasHistory model={id} past={past} names={names} />
      <section class="results">
        {making(model)}
      </section>
    </Layout>
  );
}

function Evaluate({ datasets }: { datasets: Dataset[] }) {
  return (
    <form class="card" data-evaluate>
      <h2>Judge it</h2>
      <p>
        <label for="judged-on">By the labels of</label>
        <select id="judged-on" name="dataset">
          <option value="">what its training held out</option>
          {datasets.map((dataset) => <option value={dataset.id}>{dataset.name}</option>)}
        </select>
      </p>
      <div class="actions">
        {Protocol.options.map((protocol) => (
          <label class="check">
            <input
              type="checkbox"
              name="protocols"
              value={protocol}
              checked={protocol === "knn" || protocol === "linear"}
            />{" "}
            {protocol}
          </label>
        ))}
      </div>
      <p>
        <label class="check">
          <input type="checkbox" name="unlabelled" />{" "}
          finetune learns from items without labels too, which takes several times as long
        </label>
      </p>
      <p>
        <button type="submit">Start the evaluation</button>
      </p>
    </form>
  );
}

function Ways({ model }: { model: JudgedModel }) {
  return (
    <section class="card">
      <h2>Take it away</h2>
      <div class="actions">
        {ExportFormatName.options.map((format) => (
          <a class="button" href={`/v1/models/${model.id}/export?format=${format}`} download>
            {format}
          </a>
        ))}
        <a class="button" href={`/v1/models/${model.id}/card`}>Card to print</a>
      </div>
      <p class="soft small">
        {`${bytes(model.bytes)} of weights. alike: for another Alike, with heads and card. onnx, ` +
          "tfjs: the encoder from pixels to embeddings, for other runtimes and browsers. " +
          "safetensors: every weight."}
      </p>
    </section>
  );
}
