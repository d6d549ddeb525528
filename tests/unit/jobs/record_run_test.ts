import { assertEquals } from "@std/assert";
import { ProgressThrottle } from "../../../src/jobs/progress_throttle.ts";
import { recordRun } from "../../../src/jobs/record_run.ts";
import type { JobProgress } from "../../../src/schemas/job.ts";
import type { NewJobEvent } from "../../../src/stores/job_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fakeJob } from "../../support/jobs.ts";

function progress(phase: JobProgress["phase"], step: number): JobProgress {
  return {
    phase,
    step,
    totalSteps: 9,
    epoch: 0,
    fraction: 0,
    secondsLeft: null,
    viewsPerSecond: 0,
    learningRate: 0,
    metrics: {},
  };
}

Deno.test("the last progress of each phase is on record, however short the next one is", () => {
  const events: NewJobEvent[] = [];
  const record = (event: NewJobEvent) => void events.push(event);
  const throttle = new ProgressThrottle<JobProgress>(
    (data) => record({ type: "progress", data }),
    250,
    new FakeClock(),
  );
  const running = { job: fakeJob(), progress: throttle };
  const told = recordRun(() => running, record);
  for (let step = 0; step < 9; step++) told.progress(progress("training", step + 1));
  told.progress(progress("evaluating", 9));
  told.progress(progress("saving", 9));
  throttle.flush();
  assertEquals(
    events.map((event) => event.type === "progress" && [event.data.phase, event.data.step]),
    [["training", 1], ["training", 9], ["evaluating", 9], ["saving", 9]],
  );
});
