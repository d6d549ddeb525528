import { assertEquals } from "@std/assert";
import {
  buckets,
  parseMetrics,
  quantile,
  total,
} from "../../../../routes/pages/assets/prometheus.js";

const TEXT = `# HELP seconds Time
# TYPE seconds histogram
seconds_bucket{le="0.1",route="/a"} 2
seconds_bucket{le="1",route="/a"} 3
seconds_bucket{le="+Inf",route="/a"} 4
seconds_bucket{le="0.1",route="/b"} 10
seconds_bucket{le="1",route="/b"} 10
seconds_bucket{le="+Inf",route="/b"} 10
seconds_sum{route="/a"} 7.5
requests_total{method="GET",status="200"} 5
requests_total{method="GET",status="404"} 2
`;

Deno.test("samples are read with their labels and summed over those that pass", () => {
  const samples = parseMetrics(TEXT);
  assertEquals(samples.length, 9);
  assertEquals(samples[6], { name: "seconds_sum", labels: { route: "/a" }, value: 7.5 });
  assertEquals(total(samples, "requests_total"), 7);
  assertEquals(total(samples, "requests_total", ({ status }) => status === "404"), 2);
});

Deno.test("cumulative buckets become counts, and a quantile is its bucket's upper edge", () => {
  const samples = parseMetrics(TEXT);
  const a = buckets(samples, "seconds", ({ route }) => route === "/a");
  assertEquals(a, [
    { from: 0, to: 0.1, count: 2 },
    { from: 0.1, to: 1, count: 1 },
    { from: 1, to: Infinity, count: 1 },
  ]);
  assertEquals([0.5, 0.75, 0.95].map((share) => quantile(a, share)), [0.1, 1, Infinity]);
  assertEquals(buckets(samples, "seconds").map(({ count }) => count), [12, 1, 1]);
  assertEquals(quantile([], 0.5), null);
});
