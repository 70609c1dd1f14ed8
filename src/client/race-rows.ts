/** What a race has shown so far, a row a method. */
import type { Failure, MethodInfo, RunResult, RunStart } from '../protocol.ts';
import { summariseRace, type MethodSummary, type RaceSummary } from '../lib/race.ts';
import { predictedClasses } from '../lib/statistics.ts';

export type RaceEntryState = 'waiting' | 'tuning' | 'running' | 'finished' | 'failed' | 'stopped';

/** One run of the race. */
export interface RaceEntry {
  readonly key: string;
  readonly method: string;
  readonly seed: number;
  readonly state: RaceEntryState;
  /** The run as the worker numbers it; null until it has begun. */
  readonly runId: number | null;
  /** Null while it is still to be found by tuning. */
  readonly learningRate: number | null;
  readonly failure: Failure | null;
}

/** One learning rate that was tried for a method. */
export interface TuneRecord {
  readonly method: string;
  readonly learningRate: number;
  /** On the inner validation images; null where the run failed, as too high a rate does. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** The method races with this rate. */
  readonly chosen: boolean;
}

/** 'pending' until the race has ended, and for a method without any result. */
export type RaceStanding = 'winner' | 'leading' | 'behind' | 'pending';

export interface RaceDifference {
  /** Accuracy of this method less that of the method with the best mean. */
  readonly mean: number;
  /** 95 %, low and high. */
  readonly interval: readonly [number, number];
}

/** A method of the race over all its seeds; null where nothing is known yet. */
export interface RaceRow {
  readonly method: string;
  readonly label: string;
  readonly state: RaceEntryState;
  readonly meanAccuracy: number | null;
  /** 95 %, low and high. */
  readonly interval: readonly [number, number] | null;
  readonly perSeed: readonly number[];
  /** Of the accuracies over seeds; null below two of them. */
  readonly standardDeviation: number | null;
  /** Mean of a run. */
  readonly seconds: number | null;
  readonly imagesPerSecond: number | null;
  readonly trainableParameters: number | null;
  /** Of all parameters, in [0, 1]. */
  readonly trainableShare: number | null;
  readonly adapterBytes: number | null;
  /** Share of additional work for every prediction; 0 where the method folds away. */
  readonly extraCost: number | null;
  readonly foldsAway: boolean;
  readonly learningRate: number | null;
  readonly standing: RaceStanding;
  /** Null for the method with the best mean itself. */
  readonly differenceToBest: RaceDifference | null;
}

/** A run that was trained to its end. */
export interface RacedRun {
  readonly start: RunStart;
  readonly result: RunResult;
}

export interface RaceOutcome {
  readonly rows: readonly RaceRow[];
  /** Better than every other method beyond what chance explains; null where none is. */
  readonly winner: string | null;
  /** Methods that cannot be told from the best mean, that one included; empty until the race has ended. */
  readonly leaders: readonly string[];
}

/** `runs` by the key of their entry; `ended` once no run is to come, which is when ranks are given. */
export function raceOutcome(
  methods: readonly MethodInfo[],
  entries: readonly RaceEntry[],
  runs: ReadonlyMap<string, RacedRun>,
  ended: boolean,
): RaceOutcome {
  const summary = summariseRace(
    entries.flatMap(({ key, method, seed }) => {
      const run = runs.get(key);
      return run ? [{ method, seed, right: rightOf(run) }] : [];
    }),
  );
  const judged = ended ? ranked(summary, entries) : { winner: null, leaders: [] };
  const rows = methods.map((method) => {
    const own = entries.filter((entry) => entry.method === method.name);
    const trained = own.flatMap(({ key }) => runs.get(key) ?? []);
    const found = summary.methods.find((entry) => entry.method === method.name);
    return rowOf(method, own, trained, found, standingOf(method.name, found, judged));
  });
  return { rows, ...judged };
}

type Ranks = Pick<RaceOutcome, 'winner' | 'leaders'>;

/** A race that was stopped before a method had its turn has no winner; one that failed throughout has lost. */
function ranked({ methods, winner, leaders }: RaceSummary, entries: readonly RaceEntry[]): Ranks {
  const unheard = entries.some(
    ({ method, state }) =>
      state === 'stopped' && !methods.some((summary) => summary.method === method),
  );
  return { winner: unheard ? null : winner, leaders };
}

function standingOf(
  name: string,
  summary: MethodSummary | undefined,
  { winner, leaders }: Ranks,
): RaceStanding {
  if (!summary || leaders.length === 0) return 'pending';
  if (name === winner) return 'winner';
  return leaders.includes(name) ? 'leading' : 'behind';
}

function rowOf(
  { name, label, foldsAway }: MethodInfo,
  entries: readonly RaceEntry[],
  runs: readonly RacedRun[],
  summary: MethodSummary | undefined,
  standing: RaceStanding,
): RaceRow {
  const start = runs[0]?.start;
  return {
    method: name,
    label,
    state: stateOf(entries),
    meanAccuracy: summary?.mean ?? null,
    interval: summary?.interval ?? null,
    perSeed: summary?.accuracies ?? [],
    standardDeviation: summary?.standardDeviation ?? null,
    seconds: meanOf(runs.map(({ result }) => result.seconds)),
    imagesPerSecond: meanOf(runs.map(({ result }) => result.imagesPerSecond)),
    trainableParameters: start?.trainableParameters ?? null,
    trainableShare: start ? start.trainableParameters / start.totalParameters : null,
    adapterBytes: start?.adapterBytes ?? null,
    extraCost: start?.extraCost ?? null,
    foldsAway,
    learningRate: entries[0]?.learningRate ?? null,
    standing,
    differenceToBest: summary?.differenceToBest ?? null,
  };
}

/** What is going on comes first; a method has failed only where all its runs have. */
function stateOf(entries: readonly RaceEntry[]): RaceEntryState {
  const states = new Set(entries.map(({ state }) => state));
  const order = ['running', 'tuning', 'waiting', 'stopped', 'finished', 'failed'] as const;
  return order.find((state) => states.has(state)) ?? 'waiting';
}

/** Which validation images the run classified rightly: 1 or 0. */
export function rightOf({ start, result }: RacedRun): number[] {
  const { labels, probabilities } = result.evaluation;
  const predicted = predictedClasses(probabilities, start.classes.length);
  return Array.from(labels, (label, image) => (predicted[image] === label ? 1 : 0));
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
