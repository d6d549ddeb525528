/** A tournament's part of its job's page; `assets/tournament.js` fills the ranking in. @module */
import type { TournamentJob } from "../../src/schemas/job.ts";
import { metricCards } from "../../src/schemas/metric.ts";
import { count } from "./format.ts";
import { Losses } from "./losses.tsx";

/** Which entries there are, the recommendation, and every judged block. */
export function Ranking() {
  return (
    <section data-tournament aria-label="Tournament">
      <h2>Entries</h2>
      <ol class="entries" data-entries></ol>
      <div class="card" data-recommended hidden aria-live="polite">
        <h2 data-recommended-title>Best so far</h2>
        <p data-recommended-verdict></p>
        <div class="actions" data-recommended-actions></div>
      </div>
      <div data-ranking hidden>
        <h2>Every block, the best first</h2>
        <p class="soft" data-ranking-about></p>
        <div class="scroll" tabindex={0}>
          <table class="ranking">
            <thead>
              <tr>
                <th scope="col">Entry</th>
                <th scope="col">Block</th>
                <th scope="col">Served</th>
                <th scope="col">Behind the first</th>
                <th scope="col">Linear probe (95 % interval)</th>
                <th scope="col">Minus untrained</th>
                <th scope="col">kNN (95 % interval)</th>
                <th scope="col">Minus untrained</th>
              </tr>
            </thead>
            <tbody data-ranking-rows></tbody>
          </table>
        </div>
        <p class="soft small">
          Bar: the share of held-out items that were classified right; whisker: its interval; the
          stroke across: the untrained encoder’s same block. Blocks are counted from 0. Differences
          are in points, paired item by item.
        </p>
      </div>
    </section>
  );
}

/** Each entry's curves, that of the one that trains open. */
export function EntryCurves({ job: { spec, state, progress } }: { job: TournamentJob }) {
  const running = state === "running" ? progress?.entry?.label : undefined;
  return (
    <section class="entry-curves">
      <h2>Curves</h2>
      {spec.entries.map(({ label, spec: { objectives, batchSize } }, entry) => (
        <details class="card" open={label === running}>
          <summary>{label}</summary>
          <div
            class="columns"
            data-charts={label}
            data-metrics={JSON.stringify(
              objectives.flatMap((task) =>
                metricCards(task.spec, batchSize)
              ),
            )}
          >
          </div>
          <p class="soft" data-no-curves>They begin with the entry’s first report.</p>
          <Losses entry={entry} />
        </details>
      ))}
    </section>
  );
}

/** What is run. */
export function TournamentFacts({ spec }: { spec: TournamentJob["spec"] }) {
  const { budget, encoder, batchSize } = spec.entries[0]!.spec;
  return (
    <dl class="facts">
      <dt>Data set</dt>
      <dd>
        <a href={`/datasets/${spec.dataset}`}>{spec.datasetName}</a>
      </dd>
      <dt>Entries</dt>
      <dd>{spec.entries.map(({ label }) => label).join(", ")}</dd>
      <dt>Each trains</dt>
      <dd>{"steps" in budget ? `${count(budget.steps)} steps` : `${budget.minutes} minutes`}</dd>
      <dt>Encoder</dt>
      <dd>{`${encoder.name}, width ${encoder.width}`}</dd>
      <dt>Batch</dt>
      <dd>{count(batchSize)}</dd>
      {spec.leftOut.map(({ label, reason }) => (
        <>
          <dt>{`Without ${label}`}</dt>
          <dd>{reason}</dd>
        </>
      ))}
    </dl>
  );
}
