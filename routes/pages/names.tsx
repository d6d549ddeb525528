/** A model's names: which aliases point to it, moved with care and back, and what they did before. @module */
import type { AliasChange } from "../../src/schemas/alias.ts";
import type { Dataset } from "../../src/schemas/dataset.ts";
import { count, moment, percent } from "./format.ts";

/** The alias that requests use which name no model. */
export const DEFAULT = "default";

/** What {@linkcode Names} takes. */
export interface NamesProps {
  /** Names of the aliases that point to it. */
  aliases: string[];
  datasets: Dataset[];
}

/** What an alias pointed to, newest first. */
export interface AliasPast {
  alias: string;
  changes: AliasChange[];
}

/** The form that points an alias to the model, and each alias's way back. */
export function Names({ aliases, datasets }: NamesProps) {
  return (
    <section class="card">
      <h2>Names</h2>
      {aliases.length === 0 && <p class="soft">No alias points to it.</p>}
      {aliases.map((alias) => (
        <p class="actions named">
          <span class="badge good">{alias}</span>
          <button type="button" data-roll-back={alias}>Roll back</button>
        </p>
      ))}
      <form data-alias>
        <p>
          <label for="alias">Point an alias here</label>
          <input
            id="alias"
            name="alias"
            value={aliases.includes(DEFAULT) ? "" : DEFAULT}
            autocomplete="off"
            spellcheck={false}
            required
          />
        </p>
        <p>
          <label for="canary">
            Compare with the model it points to now{" "}
            <span class="hint">(a canary, on up to 200 items)</span>
          </label>
          <select id="canary" name="canary">
            <option value="">not at all</option>
            {datasets.map(({ id, name, count: items }) => (
              <option value={id}>{`on ${name} (${count(items)})`}</option>
            ))}
          </select>
        </p>
        <p data-least hidden>
          <label for="least">
            Least neighbours that both agree on <output>50 %</output>
          </label>
          <input type="range" id="least" name="least" min="0" max="1" step="0.05" value="0.5" />
        </p>
        <p class="fault" data-fault role="status"></p>
        <button type="submit">Point</button>
      </form>
    </section>
  );
}

/** What the aliases pointed to, with the figures of their canaries. */
export function AliasHistory({ model, past, names }: {
  /** Id of the page's own model. */
  model: string;
  past: AliasPast[];
  /** What models are called, by id. */
  names: ReadonlyMap<string, string>;
}) {
  const rows = past.flatMap(({ alias, changes }) => changes.map((change) => ({ alias, change })))
    .sort((a, b) => b.change.changedAt.localeCompare(a.change.changedAt));
  if (rows.length === 0) return null;
  const called = (id: string | null) => {
    if (id === null) return "nothing";
    const name = names.get(id);
    if (name === undefined) return "a deleted model";
    return id === model ? <strong>{name}</strong> : <a href={`/models/${id}`}>{name}</a>;
  };
  return (
    <section aria-labelledby="history-heading">
      <h2 id="history-heading">What its names pointed to</h2>
      <div class="scroll" tabindex={0}>
        <table data-history>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Alias</th>
              <th scope="col">To</th>
              <th scope="col">From</th>
              <th scope="col" class="number">Neighbours in common</th>
              <th scope="col" class="number">Drift (1 − CKA)</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ alias, change: { model: to, previous, kind, canary, changedAt } }) => (
              <tr>
                <td>{moment(changedAt)}</td>
                <td>{kind === "rollback" ? `${alias}, rolled back` : alias}</td>
                <td>{called(to)}</td>
                <td>{called(previous)}</td>
                <td class="number">
                  {canary === null
                    ? "–"
                    : `${percent(canary.overlap)} of ${canary.k}, ${canary.sample} items`}
                </td>
                <td class="number">{canary === null ? "–" : canary.drift.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
