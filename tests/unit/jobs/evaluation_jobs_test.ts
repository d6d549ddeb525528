import { assertEquals } from "@std/assert";
import { fakeReport } from "../../support/models.ts";
import { JobBench } from "../../support/job_bench.ts";
import { withTempDir } from "../../support/temp_dir.ts";

async function withBench(work: (bench: JobBench) => Promise<void>): Promise<void> {
  await withTempDir(async (folder) => {
    const bench = await JobBench.open(folder);
    try {
      await work(bench);
    } finally {
      await bench.close();
    }
  });
}

Deno.test("an evaluation ends with its report beside the model, which stays as it is", () =>
  withBench(async (bench) => {
    const { id, model } = await bench.evaluate("knn");
    const before = await bench.models.resolve(model);
    const job = await bench.end(id);
    assertEquals([job.type, job.state, job.model], ["evaluate", "succeeded", model]);
    const [report, ...others] = await bench.models.evaluations(model);
    assertEquals(others, []);
    assertEquals(report, { ...fakeReport(), job: id, createdAt: report!.createdAt });
    assertEquals(await bench.models.resolve(model), before);
    const events = await bench.recorded(id);
    assertEquals(events.filter(({ type }) => type === "evaluation").length, 1);
    assertEquals(await bench.states(id), ["queued", "running", "succeeded"]);
    assertEquals((await bench.models.list()).length, 1);
  }));

Deno.test("an evaluation that cannot be done fails with its cause, and leaves no report", () =>
  withBench(async (bench) => {
    const { id, model } = await bench.evaluate("linear");
    const job = await bench.end(id);
    const message = "Cannot evaluate: no labels";
    assertEquals([job.state, job.error], ["failed", { code: "invalid", message }]);
    assertEquals((await bench.recorded(id)).at(-1)!.data, { state: "failed", reason: message });
    assertEquals(await bench.models.evaluations(model), []);
  }));

Deno.test("an evaluation is paused, starts anew, and is cancelled; its model stays", () =>
  withBench(async (bench) => {
    const { id, model } = await bench.evaluate("finetune");
    const first = await bench.until(id, ({ type }) => type === "evaluation");
    assertEquals((await bench.service.pause(id)).state, "paused");
    await bench.service.resume(id);
    await bench.until(id, ({ type }) => type === "evaluation", first.id);
    assertEquals((await bench.service.cancel(id)).state, "cancelled");
    assertEquals(await bench.models.evaluations(model), []);
    assertEquals(await bench.stored(`models/${model}`), [`models/${model}/weights.safetensors`]);
  }));

Deno.test("a model that was deleted meanwhile fails its evaluation", () =>
  withTempDir(async (folder) => {
    const donor = await JobBench.open(folder);
    const made = (await donor.end(await donor.submit("finish", { promote: false }))).model!;
    await donor.close();
    const idle = await JobBench.open(folder, { trainers: 0 });
    const id = await idle.submitEvaluation(made, "knn");
    await idle.models.delete(made);
    await idle.close();
    const bench = await JobBench.open(folder);
    const job = await bench.end(id);
    assertEquals([job.state, job.error?.code, job.attempt], ["failed", "not_found", 1]);
    await bench.close();
  }));
