/** What the service is doing; `assets/serving.js` fills it in from `/metrics` and `/info`. @module */
import { Layout } from "./layout.tsx";

/** The page. */
export function ServingPage() {
  return (
    <Layout title="Serving" section="serving" scripts={["serving.js"]} styles={["uplot.css"]}>
      <div class="head">
        <div>
          <h1>Serving</h1>
          <p class="soft">Since the service started; asked for every two seconds.</p>
        </div>
        <a class="button" href="/metrics">All metrics</a>
      </div>
      <p class="bad" data-lost role="status"></p>
      <section class="card">
        <dl class="facts" data-facts></dl>
      </section>
      <section class="columns two" aria-labelledby="curves-heading">
        <h2 class="visually-hidden" id="curves-heading">Curves</h2>
        <div class="card" data-rates></div>
        <div class="card" data-queue></div>
      </section>
      <div class="columns two">
        <Histogram name="latency" title="Latency of inference requests">
          <p class="soft small" data-quantiles></p>
        </Histogram>
        <Histogram name="sizes" title="Pictures a batch" />
        <Histogram name="stage-queue" title="A batch in the queue" />
        <Histogram name="stage-worker" title="A batch in its worker" />
        <Histogram name="stage-decode" title="of it: images to pixels" />
        <Histogram name="stage-forward" title="of it: the networks" />
      </div>
    </Layout>
  );
}

function Histogram(
  { name, title, children }: { name: string; title: string; children?: unknown },
) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
      <table class="histogram" aria-label={title}>
        <tbody {...{ [`data-${name}`]: true }}></tbody>
      </table>
    </section>
  );
}
