/**
 * Lead: the first replica's loop. It steps until the budget is used up, tells how it goes, looks
 * after the run's health, and keeps checkpoints; the other replicas do as it says.
 *
 * What a run becomes must not hang on when it is looked at: health is measured every so many steps,
 * only what is told hangs on the clock.
 *
 * @module
 */
import { CancelledError, CorruptError } from "../errors.ts";
import { nextTurn } from "../next_turn.ts";
import type { Collective } from "../parallel/collective.ts";
import type { HealthReport, Verdict } from "../schemas/health.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { CheckpointKeeper } from "./checkpoint_keeper.ts";
import { HealthMonitor } from "./health/health_monitor.ts";
import { chanceLoss, measureHealth } from "./health/measure_health.ts";
import { weightNorm } from "./health/weight_norm.ts";
import type { HeldOut } from "./held_out.ts";
import { LossLog } from "./loss_log.ts";
import { isDue, judgeNow } from "./monitor.ts";
import { trainingProgress } from "./progress.ts";
import { agree } from "./replica_control.ts";
import type { Run } from "./run.ts";
import { createSchedule } from "./schedule.ts";
import { budgetOf, segmentProgress } from "./segment.ts";
import type { StepFeatures } from "./step_features.ts";
import type { CheckpointStore, TrainEvent } from "./train_event.ts";
import { readMetrics } from "./train_step.ts";

/** What {@linkcode lead} needs beside the run. */
export interface LeadOptions {
  spec: TrainSpec;
  checkpoints: CheckpointStore;
  /** Fires to stop the run. */
  signal: AbortSignal;
  /** What the encoder is judged on now and then, if the spec says so. */
  heldOut: HeldOut;
}

/** Time between two reports of progress, seconds. */
const REPORT_SECONDS = 0.5;

/** Steps between two reports of health. */
export const HEALTH_STEPS = 5;

/** Leads one run. */
export class Lead {
  readonly #run: Run;
  readonly #collective: Collective;
  readonly #options: LeadOptions;
  readonly #losses: LossLog;
  readonly #monitor: HealthMonitor;
  readonly #keeper: CheckpointKeeper;

  private constructor(run: Run, collective: Collective, options: LeadOptions, losses: LossLog) {
    this.#run = run;
    this.#collective = collective;
    this.#options = options;
    this.#losses = losses;
    this.#monitor = new HealthMonitor(run.position.health);
    // A run that has done nothing is not healthy, so there is no mistaking it for a checkpoint.
    const { healthy } = this.#monitor;
    this.#keeper = new CheckpointKeeper(options.checkpoints, run, losses, healthy);
  }

  /** @param run At the start, or where its checkpoint was loaded. */
  static async create(run: Run, collective: Collective, options: LeadOptions): Promise<Lead> {
    const losses = await LossLog.open(options.checkpoints, run.position.step);
    return new Lead(run, collective, options, losses);
  }

  /**
   * Steps to the end.
   *
   * @throws {CancelledError} After a checkpoint was saved, when the signal fires.
   * @throws {CorruptError} If a number is none any more, or the run collapsed and was to stop then,
   * and there is no healthy checkpoint to end with.
   */
  async *steps(): AsyncGenerator<TrainEvent, void> {
    try {
      yield* this.#stepUntilDone();
    } finally {
      this.#losses.dispose();
    }
  }

  async *#stepUntilDone(): AsyncGenerator<TrainEvent, void> {
    const { heldOut, spec, signal } = this.#options;
    const { position } = this.#run;
    const schedule = createSchedule(spec.recipe.schedule);
    if (this.#monitor.state.startWeightNorm === null) {
      this.#monitor.begin(await this.#weightNorm());
    }
    const budget = budgetOf(spec, position.segment.index);
    const progressAt = (step: number) =>
      segmentProgress(budget, position.segment, step, position.seconds);
    let last = { time: performance.now(), step: position.step };
    let saveTime = last.time;
    while (position.stopped === null && progressAt(position.step) < 1) {
      const start = performance.now();
      const before = { epoch: this.#run.epoch, seconds: position.seconds };
      const health = (position.step + 1) % HEALTH_STEPS === 0;
      const tell = start - last.time >= 1000 * REPORT_SECONDS || position.step === last.step ||
        progressAt(position.step + 1) >= 1;
      const { learningRate, report, progress } = agree(this.#collective, {
        go: true,
        // The middle of the step, so that neither the first nor the last has a rate of exactly 0.
        learningRate: schedule(progressAt(position.step + 0.5)) *
          spec.recipe.optimizer.learningRate,
        report: tell || health,
        health,
        // A run that is extended has its phases behind it.
        progress: position.segment.index === 0 ? progressAt(position.step + 0.5) : 1,
      });
      const { metrics: { loss, ...others }, features } = this.#run.step(
        learningRate,
        report,
        health,
        progress,
      );
      const { step } = position;
      this.#losses.push(loss!);
      const metrics = report ? await readMetrics({ metrics: others }) : {};
      await nextTurn();
      let now = performance.now();
      position.seconds += (now - start) / 1000;
      const after = { epoch: this.#run.epoch, seconds: position.seconds };
      if (!signal.aborted && isDue(spec.evaluate?.every, before, after)) {
        const began = performance.now();
        const at = { step, epoch: after.epoch };
        const summary = await judgeNow(heldOut, this.#run.network.encoder, at);
        if (summary !== null) yield { type: "evaluation", summary };
        // Judging is not training: it does not count in the speed.
        const judging = performance.now() - began;
        last.time += judging;
        now += judging;
      }
      const save = signal.aborted || now - saveTime >= 1000 * spec.checkpointSeconds;
      if (!report && !save) continue;

      const found = await this.#examine(metrics, features, learningRate);
      if (typeof found === "string") {
        yield { type: "verdict", change: this.#monitor.diverge(step, found) };
        position.health = this.#monitor.state;
        yield trainingProgress(this.#run, spec, { learningRate, viewsPerSecond: 0 });
        yield* this.#giveUp("diverged", found);
        break;
      }
      if (report) position.metrics = { loss: this.#losses.last, ...metrics };
      const change = found === null ? undefined : this.#monitor.observe(found);
      position.health = this.#monitor.state;
      if (change !== undefined) yield { type: "verdict", change };
      if (tell || change !== undefined) {
        const viewsPerSecond = (step - last.step) * this.#run.viewsPerStep /
          ((now - last.time) / 1000);
        last = { time: now, step };
        yield trainingProgress(this.#run, spec, { learningRate, viewsPerSecond });
      }
      if (signal.aborted) {
        yield await this.#keeper.save(this.#monitor);
        throw new CancelledError(`Stopped after step ${step}, with a checkpoint`);
      }
      if (save || change?.verdict === "learning") {
        yield await this.#keeper.save(this.#monitor);
        saveTime = performance.now();
      }
      if (found !== null && this.#shouldStop()) {
        const { verdict, reason } = this.#monitor.state;
        if (verdict === "plateau") yield this.#stop(verdict, reason, step);
        else yield* this.#giveUp(verdict, reason);
      }
    }
    const stop = { go: false, learningRate: 0, report: false, health: false, progress: 1 };
    agree(this.#collective, stop);
    // Evaluation can be long on a slow machine, and a crash in it must not cost the training.
    yield await this.#keeper.save(this.#monitor);
  }

  /**
   * Looks at the numbers of the newest step, and at all losses since the last time.
   *
   * @returns What is no number any more, in words; else the report, where features were kept.
   */
  async #examine(
    metrics: Record<string, number>,
    features: StepFeatures | null,
    learningRate: number,
  ): Promise<HealthReport | string | null> {
    const { spec } = this.#options;
    const { network, position: { step } } = this.#run;
    const measured = features === null ? null : await measureHealth(features);
    for (const { step, loss } of await this.#losses.read()) {
      if (!Number.isFinite(loss)) return `the loss is ${loss} at step ${step}`;
    }
    const length = await this.#weightNorm();
    const numbers = { ...metrics, "length of the weights": length };
    for (const [name, value] of Object.entries(numbers)) {
      if (!Number.isFinite(value)) return `the ${name} is ${value} at step ${step}`;
    }
    if (measured === null) return null;
    for (const [name, set] of [["h", measured.h], ...Object.entries(measured.projections)]) {
      for (const [measure, value] of Object.entries(set as Record<string, number>)) {
        if (!Number.isFinite(value)) {
          return `the ${measure} of ${name as string} is ${value} at step ${step}`;
        }
      }
    }
    const weights = spec.objectives.map(({ weight }) => weight);
    return {
      step,
      loss: this.#losses.mean(HEALTH_STEPS),
      chanceLoss: chanceLoss(network.tasks, weights, spec.batchSize),
      learningRate,
      gradientNorm: metrics.gradientNorm!,
      weightNorm: length,
      adversaryAccuracy: metrics.adversaryAccuracy ?? null,
      weightGrowth: length / this.#monitor.state.startWeightNorm!,
      ...measured,
    };
  }

  async #weightNorm(): Promise<number> {
    const { network } = this.#run;
    return await weightNorm([...network.parameters(), ...network.buffers()]);
  }

  /** Whether the verdict is one to stop at, and has stood long enough. */
  #shouldStop(): boolean {
    const { autoStop } = this.#options.spec;
    const { verdict, since } = this.#monitor.state;
    return autoStop !== null && (autoStop.on as Verdict[]).includes(verdict) &&
      this.#run.position.step - since >= autoStop.patience;
  }

  /** Ends the run where it is. */
  #stop(verdict: Verdict, reason: string, step: number): TrainEvent {
    this.#run.position.stopped = { verdict, reason, step };
    const { position } = this.#run;
    const back = position.step === step ? "" : `; back to step ${position.step}, the last healthy`;
    const message = `stopped at step ${step}, ${verdict}: ${reason}${back}`;
    return { type: "log", level: verdict === "plateau" ? "info" : "warn", message };
  }

  /** Ends the run with its last healthy checkpoint, if it was to stop by itself and has one. */
  async *#giveUp(verdict: Verdict, reason: string): AsyncGenerator<TrainEvent, void> {
    const { checkpoints, spec } = this.#options;
    const { position } = this.#run;
    const { step, segment } = position;
    const wanted = (spec.autoStop?.on as Verdict[] | undefined)?.includes(verdict) ?? false;
    const healthy = wanted ? await this.#keeper.healthy() : undefined;
    if (healthy === undefined) {
      await this.#losses.save(checkpoints);
      const none = wanted ? ", and there is no healthy checkpoint to go back to" : "";
      throw new CorruptError(`Cannot go on: ${reason}${none}; lower the learning rate`);
    }
    this.#run.load(healthy);
    // It may be from before an extension, which is over nevertheless.
    position.segment = segment;
    this.#monitor.restore(position.health);
    yield this.#stop(verdict, reason, step);
  }
}
