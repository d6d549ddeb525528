import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveRecommended } from "../../../src/jobs/serve_recommended.ts";
import { TournamentRequest } from "../../../src/schemas/tournament.ts";
import { JobBench, withBench } from "../../support/job_bench.ts";
import { withTempDir } from "../../support/temp_dir.ts";

/** The name says what the fake trainer does, see `tests/support/fake_trainer.ts`. */
async function submit(bench: JobBench, name: string, more: object = {}): Promise<string> {
  const request = {
    type: "tournament",
    dataset: "digits",
    name,
    objectives: [{ objective: "rotation", label: "1" }, { objective: "simclr", label: "0" }],
    steps: 20,
    ...more,
  };
  return (await bench.service.submit(TournamentRequest.parse(request))).id;
}

Deno.test("each entry becomes a model, and the recommended block is served by the promoted one", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "finish");
    const job = await bench.end(id);
    assertEquals([job.type, job.state], ["tournament", "succeeded"]);
    const standing = await bench.service.tournament(id);
    const models = standing.entries.map(({ model }) => model!);
    assertEquals(new Set(models).size, 2);
    assertEquals(standing.table!.rows.length, 4);
    const { recommended } = standing;
    assertEquals([recommended!.model, recommended!.block, recommended!.last], [
      models[1],
      0,
      false,
    ]);
    const served = await bench.models.resolve("default");
    assertEquals([served.name, served.job], ["finish-0-block0", id]);
    assertEquals([job.model, standing.served], [served.id, served.id]);
    const [first] = await Promise.all(models.map((model) => bench.models.resolve(model)));
    assertEquals([first!.name, first!.job, first!.card.steps], ["finish-1", id, 20]);
    const told = await bench.recorded(id);
    assertEquals(
      told.flatMap(({ type }) => type === "tournament" || type === "model" ? type : []),
      [
        "model",
        "tournament",
        "tournament",
        "model",
        "tournament",
        "tournament",
        // Which model serves the recommended block.
        "tournament",
      ],
    );
    const fractions = told.flatMap((event) =>
      event.type === "progress" ? [event.data.fraction] : []
    );
    assertEquals(fractions, fractions.toSorted((a, b) => a - b));
    // Nobody goes on from what an ended tournament's entries went on from.
    const files = await bench.stored(`jobs/${id}/entries`);
    assertEquals(files.filter((file) => /checkpoint|healthy/.test(file)), []);
  }));

Deno.test("promote: false leaves the alias alone", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "finish", { promote: false });
    const { model } = await bench.end(id);
    assertEquals(await bench.models.aliases(), []);
    const { served, recommended } = await bench.service.tournament(id);
    assertEquals([served, model], [null, recommended!.model]);
    assertEquals((await bench.models.list()).length, 2);
  }));

Deno.test("what serves the recommended block is not made twice", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "finish");
    await bench.end(id);
    const { served, recommended } = await bench.service.tournament(id);
    const again = await serveRecommended(recommended!, served!, {
      models: bench.models,
      serveBlock: () => Promise.reject(new Error("it is there already")),
    });
    assertEquals(again, served);
    // The last block is the entry's own model.
    assertEquals(
      await serveRecommended({ ...recommended!, last: true }, "model_0000000000000000", {
        models: bench.models,
        serveBlock: () => Promise.reject(new Error("there is nothing to make")),
      }),
      recommended!.model,
    );
  }));

Deno.test("an entry that fails is out, and the others go on", () =>
  withBench({}, async (bench) => {
    // The first start of entry "1" fails for good, that of "0" does not.
    const id = await submit(bench, "invalid");
    const job = await bench.end(id);
    assertEquals(job.state, "succeeded");
    const { entries, recommended } = await bench.service.tournament(id);
    assertEquals(entries[0]!.model, null);
    assertMatch(entries[0]!.error!, /the loss is no number/);
    assertEquals(recommended!.label, "0");
  }));

Deno.test("a tournament fails if all its entries do", () =>
  withBench({}, async (bench) => {
    const job = await bench.end(await submit(bench, "fail"));
    assertEquals([job.state, job.error?.code], ["failed", "invalid"]);
    assertMatch(job.error!.message, /no entry could be judged; 1: .*no number; 0: /);
  }));

Deno.test("a worker that dies is started again, from the entry's own checkpoint", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "crash");
    const job = await bench.end(id);
    assertEquals(job.state, "succeeded");
    const notes = await bench.notes(id);
    assertEquals(notes.filter((note) => note.startsWith("start ")), [
      "start 1 from step 0",
      "start 2 from step 10",
      "start 1 from step 0",
    ]);
  }));

Deno.test("an entry whose worker dies at every start is out, and the others go on", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "doomed", {
      objectives: [{ objective: "rotation", label: "9" }, { objective: "simclr", label: "0" }],
    });
    const job = await bench.end(id);
    assertEquals(job.state, "succeeded");
    const { entries } = await bench.service.tournament(id);
    assertMatch(entries[0]!.error!, /the driver is gone/);
    assertEquals(entries[1]!.judged, true);
    const starts = (await bench.notes(id)).filter((note) => note.startsWith("start "));
    assertEquals(starts.length, 3 + 1);
  }));

Deno.test("a paused tournament goes on with the entry it was at", () =>
  withTempDir(async (folder) => {
    let bench = await JobBench.open(folder);
    const id = await submit(bench, "endless");
    await bench.until(id, ({ type }) => type === "checkpoint");
    assertEquals((await bench.service.pause(id)).state, "paused");
    assertEquals((await bench.service.tournament(id)).entries[0]!.model, null);
    assert((await bench.stored(`jobs/${id}/entries/0`)).length > 0);
    await bench.close();

    bench = await JobBench.open(folder);
    await bench.service.resume(id);
    await bench.until(
      id,
      (event) => event.type === "log" && /^start 2 from step [1-9]/.test(event.data.message),
    );
    assertEquals((await bench.service.cancel(id)).state, "cancelled");
    assertEquals(await bench.stored(`jobs/${id}/entries`), []);
    assertEquals(await bench.stored("models"), []);
    await bench.close();
  }));

Deno.test("models that a cancelled tournament has made stay", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "second");
    await bench.until(id, ({ type }) => type === "tournament");
    await bench.service.cancel(id);
    const { entries } = await bench.service.tournament(id);
    assertEquals((await bench.models.resolve(entries[0]!.model!)).job, id);
    assert((await bench.stored(`models/${entries[0]!.model}`)).length > 0);
    assertEquals(entries[1]!.model, null);
  }));

Deno.test("a paused tournament that is cancelled leaves no checkpoints", () =>
  withBench({}, async (bench) => {
    const id = await submit(bench, "endless");
    await bench.until(id, ({ type }) => type === "checkpoint");
    await bench.service.pause(id);
    await bench.service.cancel(id);
    assertEquals(await bench.stored(`jobs/${id}/entries`), []);
  }));
