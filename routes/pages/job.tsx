/** One job: its curves while it runs, its log, and what can be done with it. @module */
import { beginningText } from "../../src/schemas/beginning_text.ts";
import type { IndexJob, Job, TrainJob } from "../../src/schemas/job.ts";
import { metricCards } from "../../src/schemas/metric.ts";
import { count, moment } from "./format.ts";
import { jobTitle, StateBadge } from "./jobs.tsx";
import { Layout } from "./layout.tsx";
import { Losses } from "./losses.tsx";
import { EntryCurves, Ranking, TournamentFacts } from "./tournament.tsx";
import { VerdictLine } from "./verdict_line.tsx";

/** The page; `assets/job.js` fills in what happens, from the job's own events. */
export function JobPage({ job }: { job: Job }) {
  const { spec } = job;
  const model = job.type === "evaluate" ? job.spec.model : job.model;
  return (
    <Layout
      title={jobTitle(job)}
      section="jobs"
      scripts={["job.js"]}
      styles={["uplot.css", ...(job.type === "tournament" ? ["tournament.css"] : [])]}
    >
      <div class="head" data-job={job.id} data-type={job.type}>
        <div>
          <h1>
            {jobTitle(job)} <span data-state>{<StateBadge state={job.state} />}</span>
          </h1>
          <p class="soft">{`${job.type}, begun ${moment(job.startedAt ?? job.createdAt)}`}</p>
        </div>
        <div class="actions">
          <button type="button" data-action="pause" hidden>Pause</button>
          <button type="button" data-action="resume" hidden>Resume</button>
          <button type="button" data-action="cancel" hidden>Cancel</button>
          <a
            class="button primary"
            data-model
            href={`/models/${model ?? ""}`}
            hidden={model === null}
          >
            See the model
          </a>
        </div>
      </div>
      <section class="card" aria-label="Progress">
        <progress data-progress max="1" value={job.progress?.fraction ?? 0} aria-label="Done">
        </progress>
        <p class="warn" data-lost role="status"></p>
        <p class={job.error === null ? "number" : "number bad"} data-summary>
          {job.error?.message ?? ""}
        </p>
        <div data-verdict>
          {job.progress?.health !== undefined && <VerdictLine health={job.progress.health} />}
        </div>
      </section>
      {job.type === "tournament" && <Ranking />}
      {job.type === "train" && <Curves spec={job.spec} />}
      <section data-results-part hidden>
        <h2>Results</h2>
        <div class="scroll tall" tabindex={0} role="region" aria-label="Results">
          <table>
            <thead>
              <tr>
                <th scope="col">Protocol</th>
                <th scope="col">When</th>
                <th scope="col">Figures, with 95 % intervals</th>
              </tr>
            </thead>
            <tbody data-results></tbody>
          </table>
        </div>
      </section>
      {job.type === "tournament" && <EntryCurves job={job} />}
      {job.type === "train" && <Extend />}
      <div class="columns">
        <section>
          <h2>Log</h2>
          <ol class="log" data-log tabindex={0} aria-label="Log"></ol>
        </section>
        <section>
          <h2>What is run</h2>
          <Facts job={job} />
          <details>
            <summary>All of it</summary>
            <pre>{JSON.stringify(spec, null, 2)}</pre>
          </details>
        </section>
      </div>
    </Layout>
  );
}

function Curves({ spec }: { spec: TrainJob["spec"] }) {
  const metrics = spec.objectives.flatMap((task) => metricCards(task.spec, spec.batchSize));
  return (
    <section>
      <h2>Curves</h2>
      <div class="columns" data-charts="" data-metrics={JSON.stringify(metrics)}></div>
      <p class="soft" data-no-curves>They begin with the first report.</p>
      <Losses />
    </section>
  );
}

/** More training for a job that has ended; shown once it has. */
function Extend() {
  return (
    <form class="card extend" data-extend hidden>
      <h2>Train on</h2>
      <p class="soft">
        From where it ended; the learning rate’s schedule begins anew, and a new model comes out.
      </p>
      <div class="actions">
        <label class="visually-hidden" for="more">How much more</label>
        <input type="number" id="more" name="length" value="10" min="0" step="any" required />
        <label class="visually-hidden" for="unit">In</label>
        <select id="unit" name="unit">
          {["epochs", "steps", "minutes"].map((unit) => <option value={unit}>{unit}</option>)}
        </select>
        <button type="submit">Extend</button>
      </div>
      <p class="fault" data-extend-fault role="status"></p>
    </form>
  );
}

function Facts({ job }: { job: Job }) {
  switch (job.type) {
    case "train":
      return <TrainFacts spec={job.spec} />;
    case "tournament":
      return <TournamentFacts spec={job.spec} />;
    case "evaluate":
      return <EvaluateFacts spec={job.spec} />;
    case "index":
      return <IndexFacts spec={job.spec} />;
    default:
      return job satisfies never;
  }
}

function TrainFacts({ spec }: { spec: TrainJob["spec"] }) {
  return (
    <dl class="facts">
      <dt>Data set</dt>
      <dd>
        <a href={`/datasets/${spec.dataset}`}>{spec.datasetName}</a>
      </dd>
      <dt>Objective</dt>
      <dd>{spec.objectives.map((task) => task.spec.name).join(" + ")}</dd>
      <dt>Encoder</dt>
      <dd>{`${spec.encoder.name}, width ${spec.encoder.width}`}</dd>
      {spec.from !== undefined && (
        <>
          <dt>Begins from</dt>
          <dd>
            <a href={`/models/${spec.from.model}`}>{beginningText(spec.from)}</a>
          </dd>
        </>
      )}
      <dt>Batch</dt>
      <dd>{count(spec.batchSize)}</dd>
      <dt>Length</dt>
      <dd>
        {"steps" in spec.budget
          ? `${count(spec.budget.steps)} steps`
          : `${spec.budget.minutes} minutes`}
      </dd>
    </dl>
  );
}

function IndexFacts({ spec }: { spec: IndexJob["spec"] }) {
  return (
    <dl class="facts">
      <dt>Collection</dt>
      <dd>
        <a href={`/collections/${spec.collection}`}>{spec.collection}</a>
      </dd>
      <dt>Model</dt>
      <dd>
        <a href={`/models/${spec.model}`}>{spec.modelName}</a>
      </dd>
    </dl>
  );
}

function EvaluateFacts({ spec }: { spec: Extract<Job, { type: "evaluate" }>["spec"] }) {
  return (
    <dl class="facts">
      <dt>Model</dt>
      <dd>
        <a href={`/models/${spec.model}`}>{spec.modelName}</a>
      </dd>
      <dt>Learns from</dt>
      <dd>
        <a href={`/datasets/${spec.train.id}`}>{spec.train.name}</a>
      </dd>
      <dt>Judged on</dt>
      <dd>{spec.dataset?.name ?? "what was held out"}</dd>
    </dl>
  );
}
