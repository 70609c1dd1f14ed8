/** Runs a race: tunes where that was asked for, then trains every method with every seed, one run at a time. */
import type { Failure, RunConfig, RunStart } from '../protocol.ts';
import { planRace, type PlannedRun } from '../lib/race.ts';
import {
  ownRate,
  racedConfig,
  ratesToTry,
  tuningConfig,
  type RacedMethod,
  type RacePlan,
} from './race-plan.ts';
import {
  raceOutcome,
  type RacedRun,
  type RaceEntry,
  type RaceOutcome,
  type TuneRecord,
} from './race-rows.ts';
import { failureOf } from './trainer-client.ts';

export interface TrainOptions {
  /** The run is not to be kept. */
  readonly trial: boolean;
  /** Aborting stops the run, which then resolves with the end "stopped". */
  readonly signal: AbortSignal;
  readonly onStart: (start: RunStart) => void;
}

/** Trains one run to its end; rejects where it fails. */
export type TrainRun = (config: RunConfig, options: TrainOptions) => Promise<RacedRun>;

/** Where a race stands. */
export interface RaceProgress extends RaceOutcome {
  /** In the order in which they run. */
  readonly entries: readonly RaceEntry[];
  readonly tuning: readonly TuneRecord[];
}

export interface RaceEnd {
  readonly end: 'finished' | 'stopped';
  /** Why it could not go on; null where it was not hindered. */
  readonly failure: Failure | null;
}

/** After these no other run can do better: the device is gone, or another backbone is loaded. */
const ENDS_THE_RACE: ReadonlySet<Failure['code']> = new Set(['device-lost', 'mismatch', 'busy']);

/**
 * Resolves when no run is to come. A run that fails does not end the race; one that is stopped
 * does, and counts for nothing, because it had less time than the others. For a plan that has no
 * `racePlanProblem`.
 */
export function runRace(
  plan: RacePlan,
  train: TrainRun,
  signal: AbortSignal,
  onProgress: (progress: RaceProgress) => void,
): Promise<RaceEnd> {
  return new Race(plan, train, signal, onProgress).run();
}

class Race {
  readonly #plan: RacePlan;
  readonly #train: TrainRun;
  readonly #signal: AbortSignal;
  readonly #onProgress: (progress: RaceProgress) => void;
  readonly #planned: readonly PlannedRun[];
  readonly #runs = new Map<string, RacedRun>();
  #entries: readonly RaceEntry[];
  #tuning: readonly TuneRecord[] = [];
  /** Set as soon as nothing more is to be trained. */
  #end: RaceEnd | null = null;

  constructor(
    plan: RacePlan,
    train: TrainRun,
    signal: AbortSignal,
    onProgress: (progress: RaceProgress) => void,
  ) {
    this.#plan = plan;
    this.#train = train;
    this.#signal = signal;
    this.#onProgress = onProgress;
    const names = plan.methods.map(({ info }) => info.name);
    this.#planned = planRace(names, plan.seeds, plan.firstSeed);
    this.#entries = this.#planned.map((run) => ({
      ...run,
      state: 'waiting',
      runId: null,
      learningRate: plan.tune ? null : ownRate(this.#method(run.method)),
      failure: null,
    }));
  }

  async run(): Promise<RaceEnd> {
    this.#tell();
    if (this.#plan.tune) for (const method of this.#plan.methods) await this.#tune(method);
    for (const planned of this.#planned) await this.#race(planned);
    const end = this.#end ?? { end: 'finished', failure: null };
    this.#end = end;
    this.#change(isOpen, { state: 'stopped' });
    return end;
  }

  async #tune(method: RacedMethod): Promise<void> {
    const isOwn = (entry: RaceEntry): boolean => entry.method === method.info.name;
    if (this.#isOver()) return;
    this.#change(isOwn, { state: 'tuning' });
    for (const rate of ratesToTry(method)) await this.#try(method, rate);
    if (this.#isOver()) return;
    const learningRate = bestRate(this.#tuning.filter(isOf(method))) ?? ownRate(method);
    this.#tuning = this.#tuning.map((record) =>
      isOf(method)(record) ? { ...record, chosen: record.learningRate === learningRate } : record,
    );
    this.#change(isOwn, { state: 'waiting', learningRate });
  }

  async #try(method: RacedMethod, learningRate: number): Promise<void> {
    if (this.#isOver()) return;
    const config = tuningConfig(this.#plan, method, learningRate);
    const outcome = await this.#attempt(config, true, () => undefined);
    if (this.#isOver()) return;
    const { accuracy, loss } = outcome.run?.result.evaluation ?? { accuracy: null, loss: null };
    const record = { method: method.info.name, learningRate, accuracy, loss, chosen: false };
    this.#tuning = [...this.#tuning, record];
    this.#tell();
  }

  async #race({ key, method: name, seed }: PlannedRun): Promise<void> {
    const isThis = (entry: RaceEntry): boolean => entry.key === key;
    const rate = this.#entries.find(isThis)?.learningRate;
    if (this.#isOver() || rate === null || rate === undefined) return;
    this.#change(isThis, { state: 'running' });
    const config = racedConfig(this.#plan, this.#method(name), seed, rate);
    const { run, failure } = await this.#attempt(config, false, ({ runId }) =>
      this.#change(isThis, { runId }),
    );
    if (run) this.#runs.set(key, run);
    if (failure) this.#change(isThis, { state: 'failed', failure });
    else this.#change(isThis, { state: run ? 'finished' : 'stopped' });
  }

  /** Neither run nor failure where it was stopped. */
  async #attempt(
    config: RunConfig,
    trial: boolean,
    onStart: (start: RunStart) => void,
  ): Promise<{ readonly run: RacedRun | null; readonly failure: Failure | null }> {
    try {
      const run = await this.#train(config, { trial, signal: this.#signal, onStart });
      if (run.result.end !== 'stopped') return { run, failure: null };
      this.#end = { end: 'stopped', failure: null };
      return { run: null, failure: null };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'cancelled') {
        this.#end = { end: 'stopped', failure: null };
        return { run: null, failure: null };
      }
      if (ENDS_THE_RACE.has(failure.code)) this.#end = { end: 'stopped', failure };
      return { run: null, failure };
    }
  }

  #isOver(): boolean {
    if (this.#signal.aborted) this.#end ??= { end: 'stopped', failure: null };
    return this.#end !== null;
  }

  #method(name: string): RacedMethod {
    const method = this.#plan.methods.find(({ info }) => info.name === name);
    if (method) return method;
    throw new Error(`“${name}” does not race.`);
  }

  #change(which: (entry: RaceEntry) => boolean, change: Partial<RaceEntry>): void {
    this.#entries = this.#entries.map((entry) => (which(entry) ? { ...entry, ...change } : entry));
    this.#tell();
  }

  #tell(): void {
    const methods = this.#plan.methods.map(({ info }) => info);
    const ended = this.#end !== null;
    this.#onProgress({
      ...raceOutcome(methods, this.#entries, this.#runs, ended),
      entries: this.#entries,
      tuning: this.#tuning,
    });
  }
}

const isOpen = ({ state }: RaceEntry): boolean => state === 'waiting' || state === 'tuning';

const isOf =
  ({ info }: RacedMethod) =>
  ({ method }: TuneRecord): boolean =>
    method === info.name;

/** Most right, then the smallest loss, then the smallest rate; null where every run failed. */
function bestRate(records: readonly TuneRecord[]): number | null {
  const ranked = records
    .filter(({ accuracy }) => accuracy !== null)
    .sort(
      (a, b) =>
        (b.accuracy ?? 0) - (a.accuracy ?? 0) ||
        (a.loss ?? Infinity) - (b.loss ?? Infinity) ||
        a.learningRate - b.learningRate,
    );
  return ranked[0]?.learningRate ?? null;
}
