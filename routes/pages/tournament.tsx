/** A tournament's part of its job's page: the ranking so far, and what is recommended. @module */
import type { TournamentJob } from "../../src/schemas/job.ts";
import { count } from "./format.ts";

/** What is run. */
export function TournamentFacts({ spec }: { spec: TournamentJob["spec"] }) {
  const [{ spec: first }] = spec.entries as [TournamentJob["spec"]["entries"][number]];
  const { budget } = first;
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
      <dd>{`${first.encoder.name}, width ${first.encoder.width}`}</dd>
      <dt>Batch</dt>
      <dd>{count(first.batchSize)}</dd>
      {spec.leftOut.map(({ label, reason }) => (
        <>
          <dt>{`Without ${label}`}</dt>
          <dd>{reason}</dd>
        </>
      ))}
    </dl>
  );
}
